/** The report of some days. */

import { count, each, flag, list, object, text } from './json';

export interface DayFigures {
  readonly day: string;
  readonly chats: number;
  readonly lost: number;
  readonly waitS: number | null;
  readonly firstAnswerS: number | null;
  readonly score: number | null;
}

export interface AgentFigures {
  readonly name: string;
  readonly chats: number;
  readonly firstAnswerS: number | null;
  readonly ratings: number;
  readonly score: number | null;
}

export interface Report {
  readonly days: number;
  readonly zone: string;
  readonly chats: number;
  readonly lost: number;
  readonly waiting: number;
  readonly waitS: number | null;
  readonly firstAnswerS: number | null;
  readonly lengthS: number | null;
  readonly ratings: number;
  readonly score: number | null;
  readonly agents: readonly AgentFigures[];
  readonly byDay: readonly DayFigures[];
  /** Chats started in each hour of the day, 24 of them. */
  readonly byHour: readonly number[];
  /** How often 1 to 5 was given. */
  readonly scores: readonly number[];
  /** Only a part of the time could be read. */
  readonly capped: boolean;
}

export function parseReport(value: unknown): Report | null {
  const json = object(value);
  const days = count(json.days);
  if (days === null) return null;
  return {
    days,
    zone: text(json.zone) ?? 'UTC',
    chats: count(json.chats) ?? 0,
    lost: count(json.lost) ?? 0,
    waiting: count(json.waiting) ?? 0,
    waitS: count(json.wait_s),
    firstAnswerS: count(json.first_answer_s),
    lengthS: count(json.length_s),
    ratings: count(json.ratings) ?? 0,
    score: count(json.score),
    agents: each(json.agents, parseAgentFigures),
    byDay: each(json.by_day, parseDay),
    byHour: figures(json.by_hour, 24),
    scores: figures(json.scores, 5),
    capped: flag(json.capped),
  };
}

const figures = (value: unknown, many: number): number[] => Array.from({ length: many }, (_, i) => count(list(value)[i]) ?? 0);

function parseAgentFigures(value: unknown): AgentFigures | null {
  const json = object(value);
  const name = text(json.name);
  if (name === null) return null;
  return { name, chats: count(json.chats) ?? 0, firstAnswerS: count(json.first_answer_s), ratings: count(json.ratings) ?? 0, score: count(json.score) };
}

function parseDay(value: unknown): DayFigures | null {
  const json = object(value);
  const day = text(json.day);
  if (!day || !/^\d{4}-\d\d-\d\d$/.test(day)) return null;
  return { day, chats: count(json.chats) ?? 0, lost: count(json.lost) ?? 0, waitS: count(json.wait_s), firstAnswerS: count(json.first_answer_s), score: count(json.score) };
}
