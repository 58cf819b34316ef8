/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlDesk: ties the link, the local copy and the rules together; the only object that views talk to.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "desk/hl-alarm.h"
#include "desk/hl-call-card.h"
#include "desk/hl-desk-enums.h"
#include "desk/hl-guest-row.h"
#include "desk/hl-history.h"
#include "desk/hl-presence.h"
#include "desk/hl-section-row.h"
#include "desk/hl-table-token.h"
#include "domain/hl-decide.h"
#include "domain/hl-state.h"
#include "link/hl-endpoint.h"
#include "link/hl-link-cause.h"
#include "link/hl-transition.h"
#include "local/hl-outbox-item.h"

G_BEGIN_DECLS

/* Properties, all readable and notified; none is written by views unless marked:
 *   paired          bool     has credentials (or is the demonstration)
 *   demo            bool
 *   ready           bool     has a state to show (from the local copy or from the server)
 *   location-id, location-name, timezone, language   string
 *   device-name     string
 *   role            HlRole
 *   who             string   READWRITE: the person at this device ("Who is here"); "" = none
 *   now             int64    wall ms; moves once a second (the demonstration has its own evening)
 *   business-date   string   "2026-12-04"
 *   shift           string   name of the running shift, ""
 *   seated, due, waiting      int: covers seated, covers still due today, parties waiting
 *   calls-live, calls-needing int
 *   pill            HlPill
 *   unsent          int      queued or sending
 *   to-check        int      open disputes + review + refused and unread
 *   catch-up-done, catch-up-total   int events
 *   cause           HlLinkCause; offline-since int64 wall ms (0 = not offline); retry-at int64 wall
 * ms (0 = none) cause-detail    string, not translated as-of           int64    wall ms of the last
 * proof that the screen is current; HL_TIME_NONE while it is current; set once the screen is stale
 * for over 2 minutes: the floor carries "as of 19:01" away-changes    int      after catching up:
 * how many changes while away (0 = none; hl_desk_clear_away ()) can-undo        bool; undo-kind
 * HlActionKind; undo-name string: what Undo would take back; undo-unsent bool quote-2, quote-4,
 * quote-6   int minutes (0 = now, -1 = no idea) rtt             int ms (-1) link-state HlLinkState
 *   endpoint        string   the one in use, ""
 *   storage-error   string   "" or why nothing can be saved on this computer: the end of a sentence
 *   storage-note    string   "" or sentences: unsent changes may be lost, or little room is left on the disk
 *   may-have-lost   bool     the first of them: said until somebody has read it, see hl_desk_dismiss_damage ()
 *   metered         bool     this network is paid by volume: nothing is to be fetched beforehand
 *   clock-off       int64    ms that the server's clock is ahead of this computer's (negative:
 * behind), once they differ by more than a minute; 0 = they agree, or nothing is known */
#define HL_TYPE_DESK (hl_desk_get_type ())
G_DECLARE_FINAL_TYPE (HlDesk, hl_desk, HL, DESK, GObject)

/* Signals:
 *   "decided" (HlOutboxItem *item)   an action got its answer, or went to review
 *   "shown" (HlActionKind kind, const char *id)   an action was saved and is on the screen
 *   "caught-up" (guint changes)
 *   "attention" (HlCallCard *card, int priority)  a call began to need somebody: play its pattern.
 * Never for what is older than the connection, nor while catching up "call-ended" (HlCallCard
 * *card)   a call that was live has ended (also elsewhere) */

/* data_dir: the app's own folder; made if it is missing. Nothing is opened before hl_desk_start ().
 */
HlDesk *hl_desk_new (const char *data_dir);
/* For tools and tests instead of pairing, before hl_desk_start (): a token made by `hostlinectl
 * token add`. pins may be NULL; device is what the server calls this token's device, as far as
 * known: the name in welcome wins and is remembered in the folder. */
void hl_desk_set_access (HlDesk *self, const char *const *endpoints, const char *const *pins,
                         const char *location, const char *token, const char *device,
                         const char *role);
/* The demonstration: no folder, no network; a canned evening that answers actions by the same
 * rules. */
HlDesk *hl_desk_new_demo (void);

/* Loads the last state (the screen is ready before any network is), then wants the link. */
void hl_desk_start (HlDesk *self);
/* Closes the link with a goodbye, saves the copy, lets go of the outbox. The callback comes when it
 * is on disk. */
void hl_desk_close_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean hl_desk_close_finish (HlDesk *self, GAsyncResult *result, GError **error);

/* ---- sounds ---- */
/* Says when to play one, and until when it is muted (transfer none); the same object for the desk's whole life. */
HlAlarm *hl_desk_get_alarm (HlDesk *self);
/* No sounds for so many minutes; 0: sounds again. */
void hl_desk_mute (HlDesk *self, int minutes);

/* ---- who is here ---- */
/* As the server said last (transfer none); the same object for the desk's whole life. */
HlPresence *hl_desk_get_presence (HlDesk *self);
/* Asks anew, at most every 10 s: to be called once a second while somebody looks. Nothing is asked without a connection. */
void hl_desk_ask_presence (HlDesk *self);

/* ---- state and models (transfer none; the same object for the desk's whole life) ---- */
HlState *hl_desk_get_screen (HlDesk *self);
GListModel *hl_desk_get_arrivals (HlDesk *self); /* HlGuestRow: late first, then by time */
GListModel *hl_desk_get_waitlist (HlDesk *self); /* HlGuestRow, longest waiting first */
GListModel *
hl_desk_get_in_house (HlDesk *self); /* HlGuestRow: at the door first, then seated, longest first */
GListModel *hl_desk_get_calls_needing (HlDesk *self); /* HlCallCard: by priority, then since */
GListModel *hl_desk_get_calls_live (
    HlDesk *self); /* HlCallCard, longest first; those that need somebody are not here */
GListModel *hl_desk_get_calls_recent (HlDesk *self); /* HlCallCard, newest first, at most 50 */
GListModel *hl_desk_get_tables (HlDesk *self);       /* HlTableToken by label */
GListModel *hl_desk_get_sections (HlDesk *self);     /* HlSectionRow with its tokens, by name */
GListModel *
hl_desk_get_rotation (HlDesk *self); /* the same HlSectionRow objects: open ones, next first */
GListModel *hl_desk_get_covers (HlDesk *self); /* 8 HlCoverBar */
GListModel *hl_desk_get_notices (
    HlDesk *self); /* HlNotice not cleared: unacknowledged first, urgent first, newest first */
GListModel *
hl_desk_get_orders (HlDesk *self); /* HlOrder neither served nor cancelled, oldest first */
GListModel *hl_desk_get_disputes (HlDesk *self); /* HlDispute, open ones, oldest first */
/* HlOutboxItem, newest first: everything of the last 7 days, and what is older but waits, or has
 * not been read by anybody. */
GListModel *hl_desk_get_outbox (HlDesk *self);
/* HlTransition, newest first: the connection log, over restarts, at most 30 days and 2,000 steps; when the whole
 * of it was fetched, of older hours each step that was the same is there once, with how often. */
GListModel *hl_desk_get_transitions (HlDesk *self);
/* The newest steps are there from the start; this fetches all that the file has (30 days). Only once: later
 * calls finish at once. */
void hl_desk_load_log_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean hl_desk_load_log_finish (HlDesk *self, GAsyncResult *result, GError **error);
gboolean hl_desk_get_log_whole (HlDesk *self);
GListModel *hl_desk_get_endpoints (HlDesk *self); /* HlEndpoint in order */
/* What happened tonight to parties, bookings and tables; of the log, not of what is unsent. */
HlHistory *hl_desk_get_history (HlDesk *self);
/* HlTranscriptLine of one call by turn, unfinished lines included; made on first use, alive while
 * someone holds it (transfer full). */
GListModel *hl_desk_get_transcript (HlDesk *self, const char *call_id);
/* The row of a table, party, reservation or call, or NULL (transfer none). */
HlTableToken *hl_desk_find_table (HlDesk *self, const char *table_id);
HlTableToken *hl_desk_find_table_by_label (HlDesk *self, const char *label);
HlGuestRow *hl_desk_find_guest (HlDesk *self, const char *id); /* party id or reservation id */
HlCallCard *hl_desk_find_call (HlDesk *self, const char *call_id);

/* ---- acting ---- */
/* Saves the action, shows it, sends it when it can. data: the kind's members (taken over; transfer
 * full). New entities' ids come from hl_desk_new_id (). Errors at once: HL_DESK_ERROR_REFUSED (the
 * rules say no: the message is the reason's nick), _NO_STATE, _NEEDS_LINK, _TOO_LARGE, _STORAGE.
 * The callback may be NULL; finish gives the action's id (transfer full), after the commit.
 * *predicted: what the screen shows it to be. */
void hl_desk_perform_async (HlDesk *self, HlActionKind kind, JsonObject *data,
                            GAsyncReadyCallback callback, gpointer user_data);
char *hl_desk_perform_finish (HlDesk *self, GAsyncResult *result, HlOutcome *predicted,
                              GError **error);
/* What perform would do now, without doing it (for warnings beforehand); transfer full. data is
 * only read. */
HlDecision *hl_desk_predict (HlDesk *self, HlActionKind kind, JsonObject *data);
char *hl_desk_new_id (void); /* a UUID; transfer full */
/* Why this kind cannot be done now: HL_REASON_NEEDS_LINK or a value below 0 (it can). */
int hl_desk_why_not (HlDesk *self, HlActionKind kind);

/* Takes back the last action of this device: withdraws it while it is unsent, else performs an
 * undo. */
void hl_desk_undo_async (HlDesk *self, GAsyncReadyCallback callback, gpointer user_data);
char *hl_desk_undo_finish (HlDesk *self, GAsyncResult *result, GError **error);
/* Whether this very item can still be withdrawn: the newest one, and nothing of it was sent. Watch
 * the item's state and the outbox's items-changed. */
gboolean hl_desk_can_withdraw (HlDesk *self, HlOutboxItem *item);
/* Withdraws this item; HL_DESK_ERROR_NOTHING_TO_UNDO when it was sent, or something newer was done,
 * meanwhile. Finish with hl_desk_undo_finish (). */
void hl_desk_withdraw_async (HlDesk *self, HlOutboxItem *item, GAsyncReadyCallback callback,
                             gpointer user_data);
/* A refusal was read; an item in review is let go (discarded): it stays in the list, and is not
 * counted in to-check any more. */
void hl_desk_mark_read (HlDesk *self, HlOutboxItem *item);
/* An item in review is done again, as a new action: new id, new n, base = now. The old one is let
 * go once the new one is saved (HlOutboxItem:sent-as names it), and stays as it was if that fails:
 * HL_DESK_ERROR_REFUSED when the rules say no now. Finish with hl_desk_perform_finish (). */
void hl_desk_redo_review_async (HlDesk *self, HlOutboxItem *item, GAsyncReadyCallback callback,
                                gpointer user_data);
void hl_desk_redo_review (HlDesk *self, HlOutboxItem *item); /* without an answer */
void hl_desk_clear_away (HlDesk *self);
/* A person has read that some unsent changes may be lost (HlDesk:may-have-lost): not said again, unless the file is damaged
 * once more. It stays said where that cannot be written down. */
void hl_desk_dismiss_damage (HlDesk *self);

/* ---- the link ---- */
void hl_desk_reconnect_now (HlDesk *self);              /* dials at once, in every state */
const char *hl_desk_describe_cause (HlLinkCause cause); /* one translated sentence, "" for none */
/* Measurements since the start, oldest first, of about the last 4 hours; transfer none, valid until
 * the main loop runs again. "rtt" is notified with each round trip that differs. */
typedef struct {
  gint64 at; /* wall ms, as HlDesk:now */
  int ms;
} HlDeskSample;
const HlDeskSample *hl_desk_get_rtts (HlDesk *self, gsize *n); /* one a heartbeat */
/* From the server's append to this screen, by the server's clock: the slowest of each second in
 * which something came while the link was live. */
const HlDeskSample *hl_desk_get_latencies (HlDesk *self, gsize *n);
/* How often a connection was opened since then (wall ms); what the connection log has. */
guint hl_desk_count_reconnects (HlDesk *self, gint64 since);
/* Totals of the outbox: composed = applied + no_op + disputed + refused + withdrawn + review +
 * waiting, always. */
typedef struct {
  guint composed, applied, no_op, disputed, refused, withdrawn, review, waiting;
} HlDeskTotals;
void hl_desk_get_totals (HlDesk *self, HlDeskTotals *totals);
/* Text for support: versions, endpoints, state, the connection log as far as it is loaded (whole after
 * hl_desk_load_log_async ()), outbox, round trips. No token, no
 * guests' names, phone numbers masked; never translated (transfer full). */
char *hl_desk_make_report (HlDesk *self);

/* ---- pairing ---- */
/* text: a hostline://pair link, or NULL when address and code are given. When the answer is
 * HL_DESK_ERROR_CONFIRM_PIN, show hl_desk_get_pairing_pin () (8 characters, the same that
 * hostlinectl pair shows), ask, and call again with confirmed TRUE. */
void hl_desk_pair_async (HlDesk *self, const char *link, const char *address, const char *code,
                         const char *device_name, gboolean confirmed, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
gboolean hl_desk_pair_finish (HlDesk *self, GAsyncResult *result, GError **error);
const char *hl_desk_get_pairing_pin (HlDesk *self);
/* Forgets the credentials, stops; the outbox's waiting items go to review. */
void hl_desk_unpair (HlDesk *self);

#define HL_DESK_ERROR (hl_desk_error_quark ())
GQuark hl_desk_error_quark (void);
typedef enum {
  HL_DESK_ERROR_REFUSED,
  HL_DESK_ERROR_NO_STATE,
  HL_DESK_ERROR_NEEDS_LINK,
  HL_DESK_ERROR_TOO_LARGE,
  HL_DESK_ERROR_STORAGE,
  HL_DESK_ERROR_IN_USE, /* another process has this folder */
  HL_DESK_ERROR_NOTHING_TO_UNDO,
  HL_DESK_ERROR_CONFIRM_PIN,
  HL_DESK_ERROR_CODE_UNKNOWN,
  HL_DESK_ERROR_CODE_USED,
  HL_DESK_ERROR_CODE_EXPIRED,
  HL_DESK_ERROR_TOO_MANY_ATTEMPTS,
  HL_DESK_ERROR_MALFORMED,  /* the link or the code cannot be read */
  HL_DESK_ERROR_CONNECTION, /* the server was not reached: the message says why */
  HL_DESK_ERROR_PAIRED, /* asked for before the folder was open, which turned out to be paired: ask
                           the person, then pair again */
} HlDeskError;

/* ---- typed getters of the properties ---- */
gboolean hl_desk_get_paired (HlDesk *self);
gboolean hl_desk_get_ready (HlDesk *self);
gint64 hl_desk_get_now (HlDesk *self);
HlPill hl_desk_get_pill (HlDesk *self);
HlLinkCause hl_desk_get_cause (HlDesk *self);
HlLinkState hl_desk_get_link_state (HlDesk *self);
int hl_desk_get_unsent (HlDesk *self);
int hl_desk_get_to_check (HlDesk *self);
GTimeZone *hl_desk_get_timezone (HlDesk *self); /* the location's; transfer none, never NULL */
const char *const *
hl_desk_get_staff (HlDesk *self); /* who may be chosen; transfer none, maybe NULL */

G_END_DECLS
