/** When the agent is told that the customer is typing: seldom enough, and never for longer than it is true. */

const AGAIN_MS = 4_000;
/** Without a socket each is a request. */
const AGAIN_POSTED_MS = 20_000;
const QUIET_MS = 5_000;

export interface TypingWorld {
  now(): number;
  later(ms: number, run: () => void): () => void;
  /** Over the socket; false when there is none. */
  say(typing: boolean): boolean;
  post(typing: boolean): void;
}

/** Gives back what hears each change of the text. */
export function tellTyping(world: TypingWorld): (text: string) => void {
  let told = false;
  let toldAt = -Infinity;
  let postedAt = -Infinity;
  let cancel = () => {};

  function stop(): void {
    cancel();
    if (told && !world.say(false)) world.post(false);
    told = false;
    toldAt = -Infinity;
  }

  return (text) => {
    if (!text) return stop();
    cancel();
    cancel = world.later(QUIET_MS, stop);
    if (world.now() - toldAt < AGAIN_MS) return;
    toldAt = world.now();
    if (world.say(true)) told = true;
    else if (world.now() - postedAt >= AGAIN_POSTED_MS) {
      postedAt = world.now();
      told = true;
      world.post(true);
    }
  };
}
