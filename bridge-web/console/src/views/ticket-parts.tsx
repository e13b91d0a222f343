/** Small parts of tickets. */

import { useState } from 'preact/hooks';
import { PRIORITIES, TICKET_STATUSES } from '../wire/ticket';
import type { Tag } from '../wire/ticket';
import { useTexts } from './context';
import { Icon } from './icon';

export function StatusChip({ status }: { status: string }) {
  const t = useTexts();
  const known = TICKET_STATUSES.find((one) => one === status);
  return <span class={`state ticket-${known ?? 'other'}`}>{known ? t.ticketStatuses[known] : status}</span>;
}

export function PriorityMark({ priority }: { priority: string }) {
  const t = useTexts();
  const known = PRIORITIES.find((one) => one === priority);
  if (!known || known === 'normal') return null;
  return <span class={`priority priority-${known}`}>{t.priorities[known]}</span>;
}

interface TagProps {
  id?: string;
  describedBy?: string | undefined;
  tags: readonly Tag[];
  onAdd: (tag: string) => void;
  onRemove: (tag: string) => void;
}

export function TagInput({ id, describedBy, tags, onAdd, onRemove }: TagProps) {
  const t = useTexts();
  const [text, setText] = useState('');
  const add = () => {
    const tag = text.trim().replace(/^#/, '');
    if (tag) onAdd(tag);
    setText('');
  };
  return (
    <div class="tags">
      {tags.map(({ name, fixed }) => (
        <span key={name} class="chip" dir="auto" data-testid="tag" title={fixed ? t.fixedTag : undefined}>
          <span>{name}</span>
          {fixed ? (
            <Icon name="lock" size={12} />
          ) : (
            <button type="button" aria-label={t.removeTag(name)} title={t.removeTag(name)} onClick={() => onRemove(name)}>
              <Icon name="cross" size={12} />
            </button>
          )}
        </span>
      ))}
      <input
        id={id}
        class="tag-input"
        dir="auto"
        maxLength={40}
        placeholder={t.addTag}
        aria-label={id ? undefined : t.addTag}
        aria-describedby={describedBy}
        data-testid="tag-input"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onBlur={add}
        onKeyDown={(event) => {
          if ((event.key !== 'Enter' && event.key !== ',') || event.isComposing || event.keyCode === 229) return;
          event.preventDefault();
          add();
        }}
      />
    </div>
  );
}
