/** The end of a chat: who ended it, what the customer thinks of it, and what can be taken along. */

import { Field, useTexts } from '../../page/shared';
import type { Chat } from '../../page/chat';
import type { Talking } from '../state';
import { useWords } from '../words';
import { Glyph } from './glyph';
import { Rating } from './rating';

export function Closed({ talking, chat }: { talking: Talking; chat: Chat }) {
  const [t, w] = [useTexts(), useWords()];
  const { transcript, mail, mailTo } = talking.state();
  const offers = talking.offers();
  const { asked, score } = talking.facts();
  const sentence = {
    customer: w.endedByYou,
    agent: w.endedByAgent(chat.agent ?? t.agent),
    idle: w.endedByIdle,
    system: t.ended,
  }[chat.closedBy ?? 'system'];
  return (
    <div class="closed" data-testid="closed">
      <p class="notice" role="status">
        {sentence}
      </p>
      <div class="end-card" aria-live="off">
        {(offers.rating || asked > 0 || score !== null) && <Rating talking={talking} />}
        <div class="take">
          <button class="button quiet" type="button" data-testid="transcript" aria-disabled={transcript === 'busy'} onClick={() => void talking.saveTranscript()}>
            <Glyph name="down" size={18} /> {w.transcript}
          </button>
          {offers.mail && mail === 'no' && (
            <button class="button quiet" type="button" data-testid="mail-transcript" onClick={talking.askForMail}>
              <Glyph name="mail" size={18} /> {w.transcriptMail}
            </button>
          )}
        </div>
        {transcript === 'failed' && (
          <p class="error" role="alert">
            {w.transcriptFailed}
          </p>
        )}
        {(mail === 'asking' || mail === 'sending') && <Mail talking={talking} />}
        {mail === 'sent' && (
          <p class="mailed" role="status" data-testid="mailed">
            {w.mailSent(mailTo.trim())}
          </p>
        )}
        <button class="button wide" type="button" data-testid="new-chat" onClick={talking.newChat}>
          {t.newChat}
        </button>
      </div>
    </div>
  );
}

function Mail({ talking }: { talking: Talking }) {
  const t = useTexts();
  const { mail, mailTo, mailError } = talking.state();
  const errors: Record<string, string> = { invalid: t.badEmail, too_many: t.tooMany, network: t.noNetwork };
  return (
    <form
      class="mail"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(mailTo.trim())) void talking.mailTranscript();
        else talking.refuseMail();
      }}
    >
      <Field
        name="transcript"
        type="email"
        label={t.email}
        required
        autocomplete="email"
        value={mailTo}
        onInput={talking.mailTo}
        error={mailError && (errors[mailError] ?? t.wentWrong)}
      />
      <button class="button" type="submit" data-testid="send-mail" aria-disabled={mail === 'sending'}>
        {mail === 'sending' ? t.sending : t.send}
      </button>
    </form>
  );
}
