/** Tickets: the list with its filters, one ticket, and what its Quick Menu opens. */

import { addressOf } from '../core/router';
import type { Place, TicketFilter } from '../core/router';
import { seesTickets } from '../wire/session';
import type { ServiceLine } from '../wire/session';
import { useTexts } from './context';
import { Empty } from './parts';
import type { Surroundings } from './surroundings';
import { TicketColumn } from './ticket-list';
import { TicketView } from './ticket';

export type TicketPlace = Place & { page: 'tickets' };

interface Props {
  service: ServiceLine;
  place: TicketPlace;
  around: Surroundings;
}

export function Tickets({ service, place, around }: Props) {
  const t = useTexts();
  if (!seesTickets(service)) {
    return (
      <main class="gate">
        <Empty icon="lock" title={t.noTickets.denied} />
      </main>
    );
  }
  const filter = (change: Partial<TicketFilter>) => around.go(addressOf({ ...place, filter: { ...place.filter, ...change } }));
  return (
    <main class="columns tickets" data-show={place.ticket === null ? 'list' : place.quick ? 'details' : 'middle'} data-quick={place.quick ?? 'none'}>
      <TicketColumn service={service} place={place} onFilter={filter} />
      {place.ticket === null ? (
        <section class="column middle">
          <Empty icon="ticket" title={t.chooseTicket.title}>
            {t.chooseTicket.text}
          </Empty>
        </section>
      ) : (
        <TicketView key={place.ticket} service={service} place={place} number={place.ticket} around={around} />
      )}
    </main>
  );
}
