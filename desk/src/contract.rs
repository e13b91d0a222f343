//! What every store must do, as sentences. A store runs them all with
//! [`store_contract!`](crate::store_contract), each on an empty store of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "only tests use this, and they shall fail loudly"
)]

use crate::{
    agent::Membership,
    chat::{Chat, ChatState},
    customer::{Customer, Words},
    event::{Author, ChatEventKind, Message, Received},
    ids::{
        AgentId, ChatId, ClientKey, CustomerId, EventId, MediaId, MessageId, RoomId, ServiceSlug,
        Timestamp, TokenHash,
    },
    permission::{Permission, Permissions},
    service::{Service, ServiceSettings},
    store::{Store, Tx},
    ticket::{TAG_INQUIRY, Tags, Ticket},
};

pub mod admin;
pub mod attachments;
pub mod care;
pub mod console;
pub mod erasure;
pub mod hooks;
pub mod inbox;
pub mod masks;
pub mod nouns;
pub mod outbox;
pub mod record;
pub mod routing;
pub mod tickets;
pub mod transactions;
pub mod vault;

/// Makes one test of every sentence. `$make` is a function that returns a future of an empty
/// store and something that keeps it alive.
#[macro_export]
macro_rules! store_contract {
    ($make:ident) => {
        $crate::store_contract! { @ $make;
            transactions: what_is_committed_is_read_and_what_is_not_is_not,
                a_dropped_transaction_changes_nothing_and_harms_nobody_after_it,
                a_dropped_transaction_does_not_harm_those_that_commit_beside_it,
                a_transaction_that_failed_halfway_changes_nothing,
                numbers_count_without_gaps_when_fifty_transactions_run_at_once;
            nouns: a_service_is_read_back_and_its_settings_are_replaced,
                a_desk_room_leads_to_its_service,
                a_customer_is_read_back_and_changed,
                a_chat_is_read_back_in_every_state,
                a_portal_leads_to_its_chat,
                a_visitor_token_opens_only_its_own_chat,
                a_visitor_token_leads_to_its_customer_in_its_own_service,
                an_agent_is_replaced_and_its_permission_taken,
                presence_and_status_say_whether_they_changed,
                open_rooms_are_desks_and_portals_of_chats_that_are_not_closed,
                tickets_are_numbered_in_each_service;
            admin: a_person_has_the_language_it_chose,
                a_person_works_with_the_service_it_chose,
                members_are_found_by_service_and_by_person,
                a_space_is_kept_and_open_chats_are_listed_oldest_first,
                the_audit_log_is_searched_newest_first,
                a_key_is_found_by_its_hash_until_it_is_revoked,
                an_answer_is_kept_by_key_and_name_for_a_time;
            erasure: an_emptied_ticket_keeps_its_number_and_no_words,
                a_ticket_is_its_customers_also_when_the_chat_is_gone,
                an_address_leads_to_no_ticket_of_another_customer,
                a_forgotten_consent_proves_that_it_was_given_and_not_by_whom,
                every_event_that_shows_a_chat_is_known,
                chats_and_entries_are_read_page_by_page,
                a_customer_is_found_by_its_address_however_it_is_written;
            hooks: a_webhook_is_read_back_changed_and_removed,
                a_secret_is_followed_by_another_and_the_one_before_that_is_gone,
                the_first_of_each_lane_is_due_when_its_time_has_come;
            masks: masks_are_numbered_in_their_chat_and_lie_there_until_they_are_undone,
                what_is_under_a_mask_is_kept_as_it_was_sealed_until_it_is_deleted,
                a_message_is_found_by_every_event_that_showed_it,
                quotations_are_taken_once_and_the_newest_messages_come_first,
                a_suggestion_is_kept_and_its_notice_means_the_message;
            routing: agents_come_with_their_loads_in_all_services,
                who_last_talked_with_a_customer_is_known_where_that_counts,
                a_transfer_and_a_grace_are_kept_and_end_in_time,
                places_in_the_queue_are_told_once_and_those_far_behind_seldom,
                waits_until_acceptance_are_kept_the_last_first,
                a_message_leads_to_the_chat_it_told_of_and_nobody_is_called_twice,
                the_routing_log_keeps_the_newest_hundred,
                activity_is_written_now_and_then_and_who_was_never_online_is_told_once,
                waiting_chats_come_first_come_first,
                an_offer_is_overdue_when_its_time_has_come;
            record: events_of_a_chat_are_numbered_without_gaps,
                events_are_read_after_a_number_and_up_to_a_limit,
                a_client_key_is_found_and_refused_twice,
                a_message_is_found_by_its_event_and_rewritten_where_it_stands,
                the_words_of_a_message_are_read_with_whose_they_are_and_where_to_say_them,
                no_wording_of_a_message_outlives_its_rewriting,
                what_is_in_the_portal_is_found_by_number_event_and_time;
            attachments: a_file_is_kept_until_it_is_delivered_and_then_found_by_where_it_went,
                a_file_of_an_agent_is_found_in_its_own_chat_and_not_counted,
                who_uploaded_a_file_is_known_until_the_file_is_gone;
            care: a_deadline_is_moved_cleared_and_taken_once_when_it_has_come,
                the_idle_deadlines_of_a_chat_are_cleared_together,
                an_identified_customer_is_found_in_its_own_service,
                the_newest_visitor_tokens_of_a_chat_open_it,
                chats_of_a_customer_come_the_newest_first_and_know_the_one_before,
                a_rating_is_asked_for_given_and_changed,
                a_mail_is_counted_and_its_address_forgotten,
                figures_tell_who_took_a_chat_when_and_how_it_was_rated,
                the_last_word_of_a_customer_is_not_an_agents,
                a_deleted_chat_leaves_its_consent_and_nothing_else,
                tickets_are_found_by_the_address_they_name;
            tickets: a_ticket_is_read_back_and_changed,
                tickets_are_found_by_state_assignee_tags_and_words,
                comments_are_numbered_and_the_history_is_kept_in_order,
                a_ticket_has_its_own_copy_of_the_conversation_and_outlives_the_chat,
                repetitions_of_a_chat_are_taken_once,
                inquiries_from_an_address_are_counted_from_a_moment_on;
            console: a_link_is_taken_once_in_time_and_only_the_newest_of_a_person,
                of_a_persons_sessions_the_newest_stay_and_all_end_together,
                what_was_made_under_a_key_is_known_for_a_while,
                an_agent_is_listed_what_waits_and_what_it_has_with_the_last_words;
            outbox: the_head_of_each_lane_is_its_oldest_effect,
                a_buried_effect_does_not_block_its_lane,
                lane_heads_come_oldest_first_and_not_more_than_asked;
            inbox: an_event_is_received_once,
                unprocessed_events_come_in_the_order_received,
                a_processed_event_never_comes_again,
                reordering_puts_missing_events_between_those_received,
                reordering_puts_what_was_not_read_yet_behind_what_was;
            vault: what_was_kept_long_enough_is_deleted_the_oldest_first,
                a_message_whose_mask_was_taken_off_is_known_for_good,
                where_an_original_was_shown_is_known_until_it_is_taken_back,
                how_often_somebody_did_something_is_known_by_service_and_time;
        }
    };
    (@ $make:ident; $($group:ident: $($sentence:ident),+;)+) => {$(
        mod $group {
            $(
                #[tokio::test]
                async fn $sentence() {
                    let (store, _keeps_it_alive) = super::$make().await;
                    $crate::contract::$group::$sentence(&store).await;
                }
            )+
        }
    )+};
}

const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn acme() -> ServiceSlug {
    ServiceSlug::new("acme")
}

fn anna() -> AgentId {
    AgentId::new("@anna:example.org")
}

fn bela() -> AgentId {
    AgentId::new("@bela:example.org")
}

fn member(agent: AgentId, name: &str, permissions: &[Permission]) -> Membership {
    Membership {
        agent,
        name: name.into(),
        permissions: Permissions::of(permissions.iter().copied()),
        groups: Default::default(),
        capacity: None,
    }
}

fn room(name: &str) -> RoomId {
    RoomId::new(format!("!{name}:example.org"))
}

fn service(slug: &str) -> Service {
    Service {
        slug: ServiceSlug::new(slug),
        name: format!("{slug} help"),
        settings: ServiceSettings::default(),
    }
}

fn customer(slug: &str, id: &str) -> Customer {
    Customer {
        id: CustomerId::new(id),
        service: ServiceSlug::new(slug),
        name: Some("김민지".into()),
        email: None,
        subject: None,
    }
}

fn chat(slug: &str, id: &str, customer: &str) -> Chat {
    Chat {
        id: ChatId::new(id),
        service: ServiceSlug::new(slug),
        number: 0,
        customer: CustomerId::new(customer),
        state: ChatState::Waiting,
        handling: Default::default(),
        room: None,
        locale: "ko".into(),
        page: None,
        fields: Default::default(),
        created_at: NOON,
        previous: None,
    }
}

fn ticket(slug: &str, subject: &str) -> Ticket {
    Ticket {
        service: ServiceSlug::new(slug),
        number: 0,
        subject: subject.into(),
        description: "Where is it?".into(),
        status: Default::default(),
        priority: Default::default(),
        assignee: None,
        tags: Tags::from_origin(TAG_INQUIRY),
        name: None,
        email: Some("kim@example.org".into()),
        origin: None,
        made_by: None,
        created_at: NOON,
        changed_at: NOON,
    }
}

fn message(id: &str, key: Option<&str>, text: &str) -> Message {
    Message {
        id: MessageId::new(id),
        key: key.map(ClientKey::new),
        from: match key {
            Some(_) => Author::Customer,
            None => Author::Agent {
                name: "Anna".into(),
            },
        },
        text: text.into(),
        html: None,
        reply_to: None,
        attachment: None,
        masked: false,
    }
}

fn received(id: &str, room_name: &str) -> Received {
    Received {
        id: EventId::new(id),
        room: room(room_name),
        body: format!(r#"{{"event_id":"{id}"}}"#),
    }
}

/// A transaction that must succeed.
async fn begin(store: &impl Store) -> Box<dyn Tx + '_> {
    store.begin().await.unwrap()
}

/// A service with one customer, who has the same id as the service.
async fn found_service(store: &impl Store, slug: &str) {
    let mut tx = begin(store).await;
    tx.insert_service(&service(slug)).await.unwrap();
    tx.insert_customer(&customer(slug, slug), NOON)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A waiting chat of the service's customer; its visitor token is its id.
async fn start(store: &impl Store, slug: &str, id: &str) -> Chat {
    let mut tx = begin(store).await;
    let mut new = chat(slug, id, slug);
    tx.insert_chat(&mut new, &TokenHash::of(id)).await.unwrap();
    tx.commit().await.unwrap();
    new
}

async fn save(store: &impl Store, chat: &Chat) {
    let mut tx = begin(store).await;
    tx.save_chat(chat).await.unwrap();
    tx.commit().await.unwrap();
}

async fn append(store: &impl Store, chat: &ChatId, what: ChatEventKind) -> u64 {
    let mut tx = begin(store).await;
    let seq = tx.append(chat, NOON, &what).await.unwrap();
    tx.commit().await.unwrap();
    seq
}
