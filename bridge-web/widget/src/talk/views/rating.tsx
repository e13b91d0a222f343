/** One to five stars and a word, as often as the server allows. */

import { useTexts } from '../../page/shared';
import type { Talking } from '../state';
import { useWords } from '../words';
import { Glyph } from './glyph';

const STARS = [1, 2, 3, 4, 5];
const LONGEST = 500;

export function Rating({ talking, dismissible = false }: { talking: Talking; dismissible?: boolean }) {
  const [t, w] = [useTexts(), useWords()];
  const { state, score, comment } = talking.state().rating;
  const told = talking.facts().score;
  // Told by the server, chosen by nobody since: it stands as it is.
  const stands = told !== null && score === 0 && state !== 'failed';
  if (state === 'done' || state === 'over' || stands) {
    return <Rated talking={talking} score={state === 'done' ? score : (told ?? 0)} dismissible={dismissible} />;
  }
  return (
    <form
      class="rating"
      data-testid="rating"
      onSubmit={(event) => {
        event.preventDefault();
        void talking.rate();
      }}
    >
      <fieldset>
        <legend>{w.rate}</legend>
        <div class="stars">
          {STARS.map((n) => (
            <label key={n} class={n <= score ? 'star on' : 'star'} title={w.stars(n)}>
              <input
                class="unseen"
                type="radio"
                name="score"
                value={`${n}`}
                checked={n === score}
                aria-label={w.stars(n)}
                onChange={() => talking.choose(n)}
              />
              <Glyph name="star" size={28} />
            </label>
          ))}
        </div>
      </fieldset>
      {score > 0 && (
        <>
          <div class="field">
            <label for="rating-comment">
              {w.comment} <span class="optional">{t.optional}</span>
            </label>
            <textarea
              id="rating-comment"
              rows={2}
              maxLength={LONGEST}
              value={comment}
              onInput={(event) => talking.remark(event.currentTarget.value)}
            />
          </div>
          {state === 'failed' && (
            <p class="error" role="alert">
              {t.wentWrong}
            </p>
          )}
          <button class="button wide" type="submit" data-testid="send-rating" aria-disabled={state === 'sending'}>
            {state === 'sending' ? t.sending : w.sendRating}
          </button>
        </>
      )}
      {dismissible && score === 0 && (
        <button class="link" type="button" onClick={talking.rateLater}>
          {w.notNow}
        </button>
      )}
    </form>
  );
}

function Rated({ talking, score, dismissible }: { talking: Talking; score: number; dismissible: boolean }) {
  const [t, w] = [useTexts(), useWords()];
  const over = talking.state().rating.state === 'over';
  return (
    <div class="rating" data-testid="rated">
      <p role="status">{over ? w.rateOver : w.rated}</p>
      <div class="stars" role="img" aria-label={w.stars(score)}>
        {STARS.map((n) => (
          <span key={n} class={n <= score ? 'star on' : 'star'}>
            <Glyph name="star" size={20} />
          </span>
        ))}
      </div>
      {!over && (
        <button class="link" type="button" data-testid="change-rating" onClick={() => talking.rateAgain(score)}>
          {w.change}
        </button>
      )}
      {dismissible && (
        <button class="link" type="button" onClick={talking.rateLater}>
          {t.close}
        </button>
      )}
    </div>
  );
}
