/** To whom a chat is handed: an agent, or whoever of a group is free. */

import { useEffect, useId, useState } from 'preact/hooks';
import type { OpenChat } from '../core/chat';
import type { AgentLine } from '../wire/chat';
import type { ServiceLine } from '../wire/session';
import { useDesk, useTexts } from './context';
import { DialogActions } from './dialogs';
import { Icon } from './icon';
import { Bones, Dialog, Field } from './parts';

export function TransferDialog({ chat, service, onClose }: { chat: OpenChat; service: ServiceLine; onClose: () => void }) {
  const [desk, t] = [useDesk(), useTexts()];
  const [agents, setAgents] = useState<readonly AgentLine[] | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    desk.api.agents(service.slug).then(setAgents, (failure) => {
      setAgents([]);
      setError(desk.explain(failure));
    });
  }, []);
  const holder = chat.known.value.details?.agent?.id ?? null;
  const others = (agents ?? []).filter(({ id, permissions }) => id !== holder && permissions.includes('chat'));
  const groups = [...new Set((agents ?? []).flatMap((agent) => agent.groups))].sort();
  const go = async () => {
    if (to === null || busy) return;
    setBusy(true);
    setError(null);
    try {
      await desk.api.transfer(chat.id, to, note.trim());
      void chat.refresh();
      desk.chats.value?.poke();
      desk.toast(t.transfer.done);
      onClose();
    } catch (failure) {
      setError(desk.explain(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t.transfer.title} onClose={onClose} testid="transfer-dialog">
      <fieldset class="choices">
        <legend>{t.transfer.to}</legend>
        {agents === null && <Bones many={4} kind="line" />}
        {agents !== null && others.length + groups.length === 0 && <p class="note">{t.transfer.nobody}</p>}
        <div class="choices-scroll">
          {groups.map((group) => (
            <Target key={group} value={`#${group}`} chosen={to} onChoose={setTo} name={`#${group}`} icon="users" about={t.transfer.group} free={agents?.some((agent) => agent.groups.includes(group) && agent.routable) ?? false} />
          ))}
          {[...others].sort((a, b) => Number(b.routable) - Number(a.routable) || a.name.localeCompare(b.name)).map((agent) => (
            <Target key={agent.id} value={agent.id} chosen={to} onChoose={setTo} name={agent.name} icon="user" about={`${agent.routable ? t.transfer.free : t.transfer.away} · ${t.load(agent.load, agent.capacity)}`} free={agent.routable} />
          ))}
        </div>
      </fieldset>
      <Field label={t.transfer.note} hint={t.transfer.noteHint}>
        {({ id, describedBy }) => <textarea id={id} rows={2} maxLength={1000} aria-describedby={describedBy} value={note} onInput={({ currentTarget }) => setNote(currentTarget.value)} />}
      </Field>
      {error && (
        <p class="note bad" role="alert" data-testid="transfer-problem">
          {error}
        </p>
      )}
      <DialogActions onCancel={onClose}>
        <button class="button" type="button" aria-disabled={to === null} aria-busy={busy} data-testid="transfer-go" onClick={() => void go()}>
          {t.transfer.title}
        </button>
      </DialogActions>
    </Dialog>
  );
}

interface TargetProps {
  value: string;
  chosen: string | null;
  onChoose: (to: string) => void;
  name: string;
  about: string;
  icon: 'user' | 'users';
  free: boolean;
}

function Target({ value, chosen, onChoose, name, about, icon, free }: TargetProps) {
  const id = useId();
  return (
    <label class="choice" for={id}>
      <input id={id} type="radio" name="to" checked={chosen === value} onChange={() => onChoose(value)} />
      <Icon name={icon} size={18} />
      <span class="choice-name" dir="auto">
        {name}
      </span>
      <span class="choice-about">
        <i class={`dot dot-${free ? 'on' : 'off'}`} /> {about}
      </span>
    </label>
  );
}
