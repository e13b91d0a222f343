/** One labelled input with its error beside it. */

import type { Child } from '../../view/jsx-runtime';
import { useTexts } from './texts';

interface Props {
  name: string;
  label: string;
  value: string;
  onInput: (value: string) => void;
  required?: boolean;
  error?: string | null | undefined;
  type?: 'text' | 'email';
  autocomplete?: string;
  rows?: number;
  maxLength?: number;
}

export function Field({ name, label, value, onInput, required = false, error, type = 'text', autocomplete = 'off', rows, maxLength = 200 }: Props) {
  const t = useTexts();
  const shared = {
    id: `field-${name}`,
    name,
    value,
    maxLength,
    required,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': error ? `error-${name}` : undefined,
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
  } as const;
  return (
    <div class="field">
      <label for={shared.id}>
        {label}
        {!required && <span class="optional"> {t.optional}</span>}
      </label>
      {rows ? (
        <textarea {...shared} rows={rows} />
      ) : type === 'email' ? (
        <input {...shared} type="email" autocomplete={autocomplete} />
      ) : (
        <input {...shared} type="text" autocomplete={autocomplete} />
      )}
      <FieldError name={name}>{error}</FieldError>
    </div>
  );
}

export function FieldError({ name, children }: { name: string; children?: Child }) {
  return children ? (
    <p class="error" id={`error-${name}`}>
      {children}
    </p>
  ) : null;
}

/** Puts the keyboard where the first mistake is. */
export function focusFirstError(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
}

export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());
}
