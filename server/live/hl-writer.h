/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HlWriter: the one thread that decides, appends and evolves; its COMMIT comes before every answer. */
#pragma once

#include <glib.h>

#include "domain/hl-action.h"
#include "domain/hl-actor.h"
#include "domain/hl-enums.h"
#include "domain/hl-state.h"
#include "live/hl-checkpoint.h"
#include "live/hl-unit.h"
#include "store/hl-fact.h"
#include "store/hl-store.h"
#include "util/hl-metrics.h"
#include "wire/hl-position.h"

G_BEGIN_DECLS

/* Two threads, one owner each. The thread takes all waiting jobs in order, runs each
 * in its own savepoint (look up the request key, the event keys, decide, insert, evolve), COMMITs the group
 * once, and only then hands answers, frames and positions to the main context with one wake-up.
 *
 * Threads: hl_writer_new, _start, _stop and the job functions are for the main thread; HlWriterCall and
 * HlFactsFunc run on the writer's thread; every HlWriter...Func answer and the funcs table run on the main context. */
typedef struct _HlWriter HlWriter;

/* What came of a request, for whoever asked. */
typedef enum {
  HL_ANSWER_OK,           /* the log (or the memory of requests) holds it */
  HL_ANSWER_KEY_REUSED,   /* the request key is known with another body: 422, or a counted duplicate */
  HL_ANSWER_NO_LOCATION,  /* no such location */
  HL_ANSWER_UNAVAILABLE,  /* the store could not take it: 503 for a publisher, silence for an action */
  HL_ANSWER_COPIED,       /* the device's n is known with another id (4410, K23) */
  HL_ANSWER_TOO_LARGE,    /* an encoded event is over 64 KiB: 413 */
  HL_ANSWER_UNREADABLE,   /* an authentic webhook whose body made no sense: kept, counted */
} HlAnswer;

typedef struct {
  HlAnswer    answer;
  gboolean    duplicate;
  const char *text;       /* the JSON of the (first) answer, "duplicate" as it is now; borrowed for the call */
  guint64     last;       /* 0: nothing was appended */
  GPtrArray  *partials;   /* (nullable) of HlFact: unfinished lines that @expand found; borrowed */
} HlPublishResult;

typedef void (*HlPublishFunc) (const HlPublishResult *result, gpointer user_data);

/* Facts that can only be made with the state at hand (a provider's adapter looks at the call's segments).
 * Runs on the writer's thread, pure over its arguments. Returns transfer full; NULL and @error: unreadable. */
typedef GPtrArray *(*HlFactsFunc) (HlState *state, gpointer data, GError **error);

/* One request of a publisher: atomic. Free with hl_publish_free unless given to the writer. */
typedef struct {
  char          *location;
  HlActor       *actor;        /* role publisher or agent, name of the token or of the provider */
  char          *source;       /* scope of the request key: the token's id, or "hook:<provider>" */
  char          *key;          /* request key */
  guint8         digest[32];   /* SHA-256 over path and raw body */
  GPtrArray     *facts;        /* of HlFact, in order; NULL when @expand makes them */
  char          *ignored;      /* JSON array of pointers of members that were not understood; NULL: none */
  HlFactsFunc    expand;
  gpointer       expand_data;
  GDestroyNotify expand_free;
  GBytes        *body;         /* kept as unreadable when @expand fails (bounded by the store); may be NULL */
  GBytes      *(*scrub) (GBytes *body);  /* what of it may be kept; transfer full. Pure; on the writer's thread. NULL: all */
  char          *hook;         /* the hook's id and the body's type, for that */
  char          *content_type;
} HlPublish;

HlPublish *hl_publish_new  (const char *location);
void       hl_publish_free (HlPublish *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlPublish, hl_publish_free)

/* The answer to an action; @detail is borrowed. @seq 0: nothing was appended. */
typedef struct {
  HlAnswer    answer;
  HlOutcome   outcome;
  HlReason    reason;
  guint64     seq;
  const char *detail;      /* a JSON object's text, or NULL */
} HlActResult;

typedef void (*HlActFunc) (const HlActResult *result, gpointer user_data);

/* A location's log as it stood between two groups. */
typedef struct {
  HlAnswer    answer;      /* OK, NO_LOCATION or UNAVAILABLE */
  HlPosition *pos;         /* borrowed */
  guint64     floor;       /* lowest seq that can be replayed */
  const char *label;       /* {"id","name","timezone"} as JSON, for welcome; borrowed */
} HlWriterOpened;

typedef void (*HlOpenedFunc) (const HlWriterOpened *opened, gpointer user_data);

typedef void (*HlCheckpointFunc) (HlCheckpoint *checkpoint, gpointer user_data);   /* NULL: store gone */

/* The digest of the state at exactly @pos. */
typedef void (*HlDigestFunc) (const HlPosition *pos, guint64 digest, gpointer user_data);   /* NULL pos: none */

/* Runs on the writer's thread as a request of a group, for registry changes and the control socket. FALSE rolls
 * back what it did. What it finds it leaves in @data. */
typedef gboolean (*HlWriterCall) (HlWriter *writer, HlStore *store, gpointer data);
/* @committed: the call returned TRUE and its group was committed. @data is freed after this. */
typedef void (*HlWriterCallDone) (gboolean committed, gpointer data, gpointer user_data);

typedef struct {
  /* New units of a location, in order, before the answers of the same group. All transfer none. */
  void (*appended) (const char *location, GPtrArray *units, const HlPosition *head, gpointer user_data);
  /* The log was found in another life than the rooms know (a restore, a lost tail): rooms start anew. */
  void (*reset) (const char *location, gpointer user_data);
  /* The store went or came back: readiness, and 503s without asking. */
  void (*available) (gboolean available, gpointer user_data);
} HlWriterFuncs;

/* Takes @store over: from _start on only the thread touches it. @funcs is copied. */
HlWriter *hl_writer_new       (HlStore             *store,
                               HlMetrics           *metrics,
                               const HlWriterFuncs *funcs,
                               gpointer             user_data);
/* How often the write-ahead log is moved into the file (3600 s until told), and from which size on it is looked upon as a
 * fault: something reads without end (64 MiB until told). */
void      hl_writer_set_upkeep (HlWriter *self,
                                guint     checkpoint_s,
                                guint     wal_alarm_mib);
void      hl_writer_start     (HlWriter *self);
/* Finishes what is queued, commits, hands out the answers (on this, the main, thread) and joins. */
void      hl_writer_stop      (HlWriter *self);
void      hl_writer_free      (HlWriter *self);

/* Each returns at once; the answer comes on the main context. @job: transfer full, and the JSON in it. */
void      hl_writer_publish   (HlWriter       *self,
                               HlPublish      *job,
                               HlPublishFunc   done,
                               gpointer        user_data);
/* @action: transfer full, and its JSON with it: nothing of it may be held or freed here any more (the other thread
 * counts without atomics). @base is the position at which the person acted (NULL: everything counts as unseen). @session: the one
 * that it came by, for kinds that need the link (NULL over HTTP: none is refused for that). */
void      hl_writer_act       (HlWriter         *self,
                               const char       *location,
                               HlAction         *action,
                               const HlActor    *actor,
                               const HlPosition *base,
                               const char       *session,
                               HlActFunc         done,
                               gpointer          user_data);
void      hl_writer_open      (HlWriter       *self,
                               const char     *location,
                               HlOpenedFunc    done,
                               gpointer        user_data);
/* @text: fill in its `text` too. */
void      hl_writer_checkpoint (HlWriter      *self,
                               const char     *location,
                               gboolean        text,
                               HlCheckpointFunc  done,
                               gpointer        user_data);
void      hl_writer_digest    (HlWriter       *self,
                               const char     *location,
                               HlDigestFunc    done,
                               gpointer        user_data);
void      hl_writer_call      (HlWriter         *self,
                               HlWriterCall      call,
                               gpointer          data,
                               GDestroyNotify    data_free,
                               HlWriterCallDone  done,
                               gpointer          user_data);

/* The same between two groups: no transaction is open, @call makes its own, and FALSE rolls nothing back. */
void      hl_writer_call_between (HlWriter        *self,
                                  HlWriterCall     call,
                                  gpointer         data,
                                  GDestroyNotify   data_free,
                                  HlWriterCallDone done,
                                  gpointer         user_data);

gboolean  hl_writer_is_available (HlWriter *self);   /* main thread's view */
gboolean  hl_writer_is_wal_large (HlWriter *self);   /* any thread: over the limit, and could not be cut */
guint     hl_writer_get_depth    (HlWriter *self);   /* jobs waiting; any thread */

/* --- on the writer's thread only, inside an HlWriterCall --- */

/* Appends one fact of `system` (floor import, a new name, an erasure): in the open request, or between groups in
 * a transaction of its own. @data: transfer none.
 * @last: (out) (optional): seq of its last event, 0 if it said nothing new. */
gboolean  hl_writer_append (HlWriter    *self,
                            const char  *location,
                            HlEventKind  kind,
                            JsonObject  *data,
                            guint64     *last,
                            GError     **error);
/* The location's state, its log opened if need be, valid during the call. Nothing of it may be changed but what undo
 * remembers. */
HlState  *hl_writer_get_state (HlWriter   *self,
                               const char *location,
                               GError    **error);
/* Stores the location's state of now as its snapshot, whatever is stored; between groups. */
gboolean  hl_writer_store_snapshot (HlWriter   *self,
                                    const char *location,
                                    GError    **error);
/* After the COMMIT of this call's group every journal of a location that is gone is forgotten. */
void      hl_writer_forget (HlWriter    *self,
                            const char  *location);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HlWriter, hl_writer_free)

G_END_DECLS
