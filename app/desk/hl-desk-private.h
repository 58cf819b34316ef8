/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of HlDesk, shared by the files that implement it; nobody else includes this (tests
 * may). */
#pragma once

#include "desk/hl-desk.h"
#include "desk/hl-ordered-list.h"
#include "desk/hl-overlay.h"
#include "desk/hl-retry.h"
#include "domain/hl-time.h"
#include "domain/hl-touched.h"
#include "link/hl-link.h"
#include "link/hl-pairing.h"
#include "local/hl-local.h"
#include "local/hl-outbox-rules.h"
#include "wire/hl-snapshot.h"

G_BEGIN_DECLS

#define HL_DESK_SNAPSHOT_EVENTS 512 /* the copy is written anew after so many events */
#define HL_DESK_STALE_MS 120000     /* then the floor carries "as of" */
#define HL_DESK_RETRY_STORE_MS 5000
/* The file keeps more; hl_desk_load_log_async () reads it. */
#define HL_DESK_MAX_TRANSITIONS HL_LOCAL_MAX_LINES
#define HL_DESK_MAX_SAMPLES 2880   /* 4 h of heartbeats */
#define HL_DESK_CLOCK_OFF_MS 60000 /* from here on the wrong clock is named */
#define HL_DESK_REFRESH_MS 16      /* rows are made anew at most once a frame */

typedef struct {
  GTask *task;
  HlActionKind kind;
  JsonObject *data; /* NULL for an undo until its turn has come */
  char *only;       /* an undo: withdraw just this item, or nothing; NULL = the newest */
  char *instead_of; /* the item in review that this takes the place of, NULL = none */
  char *location;   /* where the person acted */
  HlPosition *base; /* as it stood when the person acted */
  gint64 composed_at;
  /* after the decision */
  HlOutcome predicted;
  HlOutboxRow *row;
} HlPerform;

struct _HlDesk {
  GObject parent_instance;

  char *data_dir; /* NULL: in memory */
  gboolean demo;
  gboolean started, closing;
  gboolean opened; /* the folder was opened, or could not be */
  HlLocal *local;
  HlLink *link;
  gboolean own_link;          /* given from outside (tests): kept across pairing */
  HlCredentials *credentials; /* NULL = not paired */
  gboolean given_access;      /* by a tool, for this run: the folder may be new to the device */
  char *install_id;
  HlPairing *pairing;
  char *pairing_key;
  GPtrArray *waiting_pairs; /* asked for before the folder was open; NULL = none */
  char *who;

  /* the log */
  HlState *base;
  HlState *screen;
  HlPosition *position; /* of base; NULL = nothing */
  guint64 stored_seq, acked_seq;
  guint copy_life; /* counts snapshots of the server: what was stored before one says nothing about
                      the log after it */
  guint64 head;
  guint events_since_snapshot;
  gboolean copy_failed; /* puts are skipped until a snapshot could be written */
  gboolean copy_skipped; /* ... and some were, since that snapshot was made */
  HlRetry copy_retry, open_retry;
  guint retry_ms; /* HL_DESK_RETRY_STORE_MS: how soon what could not be written is tried again for the first time */
  guint ack_timer;
  HlSnapshotJoin *join;
  gint64 resynced_at; /* boot us of the last digest mismatch */
  gboolean resyncing; /* a snapshot was asked for, and has not come yet: what the digest says until then is known */

  /* the session */
  char *session;
  guint64 decided;
  gboolean may_push;  /* welcome's plan is committed */
  gboolean marking;   /* rows are on their way to "sending" */
  gboolean careful;   /* the server could not read one of several: they go out one by one */
  GHashTable *sent;   /* id: sent on this connection, no answer yet */
  gint64 offset;      /* server_time minus wall ms, HL_OFFSET_UNKNOWN */
  gint64 welcomed_at; /* desk ms */
  guint64 welcomed_seq; /* the head then */
  HlAlarm *alarm;
  HlPresence *presence;
  struct _SoupSession *presence_session; /* NULL: nothing was asked yet */
  GCancellable *presence_ask;            /* NULL: none is under way */
  gint64 presence_at;                    /* boot us of the last question, 0 = none on this connection */
  guint64 catch_up_from;
  guint units_applied;  /* since the link was last live */
  gboolean was_current; /* there was a state before this catching up */

  /* the outbox */
  GPtrArray *items; /* HlOutboxItem by n */
  GPtrArray *erased; /* ids of persons' entities that the outbox may still speak of; NULL = none */
  GHashTable *erasing;  /* set of ids: of all those that the files may still hold something of, kept in the copy; empty: words were
                           taken back, of which the copy alone may; NULL = none */
  GPtrArray *forgotten; /* HlOutboxRow: not in items any more, to go out of the file; NULL = none */
  GHashTable *stripped; /* set of ids of items whose rows the file must be given as they are now; NULL = none */
  gboolean erase_due; /* something was noted since the last try began */
  gboolean erase_running, erase_failed;
  HlRetry erase_retry;
  gint64 purged_at; /* boot us: once a day, as soon as the server has told the time; 0 = not yet */
  HlOutboxPurged purged;
  guint64 counter; /* highest n given out for this device */
  GHashTable *counters;
  GQueue performs; /* HlPerform, the first is being written if `performing` */
  gboolean performing;
  HlRetry push_retry;
  guint plan_generation; /* the connection that the last plan was made for */
  guint planning;        /* plans that are being saved */
  gboolean plan_due;     /* that plan could not be saved: push_retry makes it again */

  /* prediction */
  HlTouched *dirty;     /* base changed here since the last fold */
  HlTouched *predicted; /* the last fold changed here */
  gboolean fold_needed;
  guint refresh_timer;
  gint64 refreshed_at; /* monotonic us */

  /* models */
  HlOrderedList *arrivals, *waitlist, *in_house, *needing, *live, *recent, *tables, *sections,
      *rotation, *covers, *notices, *orders, *disputes, *outbox;
  GListStore *transitions, *endpoints;
  gboolean log_whole;   /* transitions has all that the file has */
  gboolean log_loaded;  /* somebody asked for it: they are kept */
  GPtrArray *log_tasks; /* (nullable): who waits for that */
  guint log_fresh;      /* steps since it was asked for */
  GHashTable *guest_rows, *party_rows, *token_rows, *card_rows, *section_rows; /* id -> row */
  GPtrArray *bars;
  GHashTable *transcripts; /* call id -> HlTranscript (weak) */
  HlOverlay *overlay;
  HlHistory *history;
  GHashTable *unsent_ids; /* entity ids that waiting items name */

  /* properties */
  GTimeZone *zone;
  char *zone_name;
  gint64 now;
  guint tick;
  char *business_date;
  char *shift;
  int seated, due, waiting, calls_live, calls_needing, to_check;
  HlPill pill;
  HlLinkState told_state;
  HlLinkCause cause;
  gint64 offline_since;
  int unsent, catch_up_done, catch_up_total;
  gint64 current_at; /* wall ms: last proof that the screen is current */
  gint64 as_of;
  guint away_changes;
  gboolean can_undo, undo_unsent, ready;
  HlActionKind undo_kind;
  char *undo_name;
  int quotes[3];
  char *storage_error;
  gboolean rebuilding;
  gboolean rebuild_stale; /* it failed at something more since then: what is being written is not the last word */
  HlRetry rebuild_retry;
  char *storage_raw;  /* in the system's own words: for the report to support */
  char *storage_note; /* "" or NULL: nothing to say */
  gboolean damaged;   /* the outbox was, and nobody has read so yet */
  gboolean low_space, asking_space;
  gint64 space_at;    /* boot us of the last question, 0 = none */
  guint64 free_bytes; /* as it was said last */
  guint64 (*space_func) (gpointer data); /* tests: says what is free; NULL: the file system */
  gpointer space_data;
  GArray *rtts, *latencies; /* HlDeskSample */
  gint64 fresh_at; /* server's wall ms of the oldest event not on the screen yet, 0 = none */
  gint64 clock_off;
  gboolean metered;
  char *endpoint;
};

/* ids of the properties, see hl-desk.c */
typedef enum {
  HL_DESK_PROP_PAIRED = 1,
  HL_DESK_PROP_DEMO,
  HL_DESK_PROP_READY,
  HL_DESK_PROP_LOCATION_ID,
  HL_DESK_PROP_LOCATION_NAME,
  HL_DESK_PROP_TIMEZONE,
  HL_DESK_PROP_LANGUAGE,
  HL_DESK_PROP_DEVICE_NAME,
  HL_DESK_PROP_ROLE,
  HL_DESK_PROP_WHO,
  HL_DESK_PROP_NOW,
  HL_DESK_PROP_BUSINESS_DATE,
  HL_DESK_PROP_SHIFT,
  HL_DESK_PROP_SEATED,
  HL_DESK_PROP_DUE,
  HL_DESK_PROP_WAITING,
  HL_DESK_PROP_CALLS_LIVE,
  HL_DESK_PROP_CALLS_NEEDING,
  HL_DESK_PROP_PILL,
  HL_DESK_PROP_UNSENT,
  HL_DESK_PROP_TO_CHECK,
  HL_DESK_PROP_CATCH_UP_DONE,
  HL_DESK_PROP_CATCH_UP_TOTAL,
  HL_DESK_PROP_CAUSE,
  HL_DESK_PROP_OFFLINE_SINCE,
  HL_DESK_PROP_RETRY_AT,
  HL_DESK_PROP_CAUSE_DETAIL,
  HL_DESK_PROP_AS_OF,
  HL_DESK_PROP_AWAY_CHANGES,
  HL_DESK_PROP_CAN_UNDO,
  HL_DESK_PROP_UNDO_KIND,
  HL_DESK_PROP_UNDO_NAME,
  HL_DESK_PROP_UNDO_UNSENT,
  HL_DESK_PROP_QUOTE_2,
  HL_DESK_PROP_QUOTE_4,
  HL_DESK_PROP_QUOTE_6,
  HL_DESK_PROP_RTT,
  HL_DESK_PROP_LINK_STATE,
  HL_DESK_PROP_ENDPOINT,
  HL_DESK_PROP_STORAGE_ERROR,
  HL_DESK_PROP_STORAGE_NOTE,
  HL_DESK_PROP_MAY_HAVE_LOST,
  HL_DESK_PROP_METERED,
  HL_DESK_PROP_CLOCK_OFF,
  HL_DESK_N_PROPS
} HlDeskProp;

/* hl-desk.c */
void hl_desk_notify_prop (HlDesk *self, HlDeskProp prop);
void hl_desk_put_int (HlDesk *self, HlDeskProp prop, int *field, int value);
void hl_desk_put_int64 (HlDesk *self, HlDeskProp prop, gint64 *field, gint64 value);
void hl_desk_put_string (HlDesk *self, HlDeskProp prop, char **field, const char *value);
/* NULL: all that was to be saved is. */
void hl_desk_set_storage_error (HlDesk *self, const GError *error);
/* What is planned to be tried again is not, once the desk ends. */
void hl_desk_cancel_retries (HlDesk *self);
/* The outbox has taken what it had not: unless the copy still fails, no error is shown any more. */
void hl_desk_note_saved (HlDesk *self);
/* A job of the outbox failed; damage is repaired. */
void hl_desk_outbox_failed (HlDesk *self, const GError *error);
/* The outbox was damaged, and nobody knows what was in it that could not be read: said until somebody has read it. */
void hl_desk_note_damage (HlDesk *self);
/* What the counter has become, after damage, is written down. */
void hl_desk_recount (HlDesk *self);
/* The end of the sentence "This computer cannot save what is done: ...", translated where it is a case that we know. */
const char *hl_desk_describe_storage (const GError *error);
gint64 hl_desk_wall (
    HlDesk *self); /* this computer's clock plus the link's offset: what the screen calls now */
void hl_desk_get_outbox_time (HlDesk *self, HlOutboxTime *time);
const char *hl_desk_get_device (HlDesk *self);
const char *hl_desk_get_location (HlDesk *self); /* id, NULL = not known */
HlActor *hl_desk_make_actor (HlDesk *self, const char *who, guint64 n);
void hl_desk_emit_decided (HlDesk *self, HlOutboxItem *item);
void hl_desk_emit_shown (HlDesk *self, HlActionKind kind, const char *id);
void hl_desk_emit_caught_up (HlDesk *self, guint changes);
void hl_desk_emit_attention (HlDesk *self, HlCallCard *card, int priority);
void hl_desk_emit_call_ended (HlDesk *self, HlCallCard *card);
/* Use this link from now on (tests before hl_desk_start ()). */
void hl_desk_set_link (HlDesk *self, HlLink *link);
void hl_desk_adopt_credentials (HlDesk *self, HlCredentials *credentials); /* transfer full */
/* Applied and stored, waiting: for hello and ping. */
void hl_desk_tell_progress (HlDesk *self);

/* hl-desk-follow.c: frames, position, copy */
void hl_desk_take_frame (HlDesk *self, HlFrame *frame);
void hl_desk_load_copy (HlDesk *self, HlCopyContents *copy);
HlPosition *hl_desk_on_hello (HlLink *link, guint64 *unsent, gpointer data);
void hl_desk_link_state_changed (HlDesk *self);
void hl_desk_store_snapshot (HlDesk *self);
void hl_desk_update_status (HlDesk *self);

/* hl-desk-presence.c */
/* The link has changed, or a second has gone by. */
void hl_desk_check_presence (HlDesk *self);

/* hl-desk-sound.c */
void hl_desk_check_sounds (HlDesk *self);

/* hl-desk-space.c */
/* To be called once a second: asks each half minute, and never waits for the answer. */
void hl_desk_check_space (HlDesk *self);
void hl_desk_show_notes (HlDesk *self);

/* hl-desk-words.c */
/* Whom or what an action is about, for lists and for Undo: "Ng", "12" (transfer full, "" when
 * unknown). */
char *hl_desk_make_label (HlDesk *self, HlActionKind kind, JsonObject *data);

/* hl-desk-screen.c: prediction and refreshing */
void hl_desk_queue_refresh (HlDesk *self); /* soon, once */
void hl_desk_refresh_now (HlDesk *self);   /* fold if needed, then the lists */
void hl_desk_mark_all (HlDesk *self);

/* hl-desk-lists.c */
void hl_desk_make_lists (HlDesk *self);
void hl_desk_refresh_lists (HlDesk *self);
void hl_desk_drop_lists (HlDesk *self);

/* hl-desk-act.c: the outbox */
void hl_desk_load_items (HlDesk *self, GPtrArray *rows);
void hl_desk_plan_welcome (HlDesk *self, guint64 decided);
void hl_desk_plan_caught_up (HlDesk *self);
void hl_desk_push (HlDesk *self);
void hl_desk_take_done (HlDesk *self, const HlFrameDone *done);
/* Begins what was asked of hl_desk_pair_async () before the folder was open. */
void hl_desk_pair_opened (HlDesk *self);
void hl_desk_review_all (HlDesk *self, HlReason reason);
void hl_desk_suspect (HlDesk *self); /* 4400 came: which action was it? */
/* hl-desk-erase.c: a person was erased from the log (data of person_erased), or words were taken back (NULL): nothing of it
 * stays in our files either. To be called before the copy is written anew, which keeps what is to be done: it is at the event and
 * knows of it, or neither. */
void hl_desk_note_erased (HlDesk *self, JsonObject *data);
/* A snapshot tells of no event, of an erasure neither: who was named before it, and whose name the state does not know any more, was
 * erased meanwhile. Of both the first is called before the state is replaced, the second after it. (transfer full) */
GHashTable *hl_desk_list_named (HlDesk *self);
void hl_desk_note_nameless (HlDesk *self, GHashTable *named);
/* Begins what of that is due and can be done now; called again until the files are known to hold nothing. */
void hl_desk_erase (HlDesk *self);
/* At once, after the outbox was written anew. */
void hl_desk_erase_again (HlDesk *self);
/* For the copy: NULL = nothing is due (transfer full). */
JsonNode *hl_desk_save_erasing (HlDesk *self);
void hl_desk_load_erasing (HlDesk *self, JsonNode *node);
/* After the pairing has changed: which items are another location's. */
void hl_desk_mark_foreign (HlDesk *self);
/* Whether what was copied under the one pairing (NULL = none) may be shown under the other: the location's id alone does not say
 * so, another server may use the same. The same server has a key in common, or, where none is pinned, an address. */
gboolean hl_desk_is_same_house (const HlCredentials *was, const HlCredentials *is);
/* Before the pairing changes (NULL = none): what was done under the one names its server from now on, not the location's id alone,
 * so that it is neither shown nor done again at another server that uses the same id; what names the server that is paired
 * now is its own again. */
void hl_desk_move_house (HlDesk *self, const HlCredentials *was, const HlCredentials *is);
void hl_desk_update_outbox (HlDesk *self); /* counts, undo, ids that are unsent */
void hl_desk_fail_performs (HlDesk *self);
HlOutboxItem *hl_desk_find_item (HlDesk *self, const char *id); /* NULL: not there */
/* Rows that have changed are shown; decided and reviewed ones are told if `tell`. */
void hl_desk_show_rows (HlDesk *self, GPtrArray *rows, gboolean tell);
/* The same, and written behind. */
void hl_desk_store_and_show (HlDesk *self, GPtrArray *rows, gboolean tell);
/* An undo of just this item (copied), or of the newest one (NULL). */
void hl_desk_undo_only (HlDesk *self, const char *only, GAsyncReadyCallback callback,
                        gpointer user_data);
/* As hl_desk_perform_async (); instead_of: an item in review that is let go with it (copied). */
void hl_desk_perform_instead (HlDesk *self, HlActionKind kind, JsonObject *data,
                              const char *instead_of, GAsyncReadyCallback callback,
                              gpointer user_data);

/* hl-desk-outbox.c */
/* Once a day: takes away what was finished over 7 days ago, here and in the file. */
void hl_desk_purge_old (HlDesk *self);
void hl_desk_let_go (HlDesk *self, HlOutboxItem *item, const char *sent_as);

/* hl-desk-log.c */
void hl_desk_note_rtt (HlDesk *self, int ms);
/* An event that the server took then (its wall ms) waits for the screen; it is on the screen now.
 */
void hl_desk_note_fresh (HlDesk *self, gint64 received);
void hl_desk_note_on_screen (HlDesk *self);
/* Of a line of the file (transfer full). */
HlTransition *hl_desk_make_step (const HlCopyLine *line);
void hl_desk_note_offset (HlDesk *self, const char *server_time);

G_END_DECLS
