/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small world around the two pure functions: one server with its log, two or three devices with their outboxes,
 * links that lose, repeat and break, crashes, restored backups, failovers, closed days, publishers' facts. The rules
 * are the product's own; the checks are not: what a device had seen is remembered here event by event. */
#pragma once

#include "domain/hl-decide.h"
#include "domain/hl-evolve.h"
#include "domain/hl-state.h"

G_BEGIN_DECLS

/* Rules that the harness can leave out, to prove that the checks would notice. */
typedef enum {
  MODEL_BREAK_NONE,
  MODEL_BREAK_BASE,      /* everything counts as seen */
  MODEL_BREAK_HASH,      /* a base is believed by its number alone */
  MODEL_BREAK_REBASE,    /* a snapshot moves the bases of unsent actions */
  MODEL_BREAK_RESEND,    /* what the log lost is not sent again */
  MODEL_BREAK_UNITS,     /* a unit may arrive in pieces */
  MODEL_BREAK_COUNTER,   /* a prediction ends with its answer, not with its effect */
  MODEL_BREAK_SENDING,   /* what left may be withdrawn */
  MODEL_BREAK_PREDICTED, /* the server is not told what was shown */
  MODEL_BREAK_WELCOME,   /* the outbox is pushed before the welcome */
  MODEL_BREAK_ANSWERS,   /* the server forgets what it answered */
  MODEL_BREAK_DISPUTES,  /* disputes are dropped from the log */
  MODEL_N_BREAKS,
} ModelBreak;

typedef struct {
  guint epoch;
  guint64 seq;
  guint64 h;
  gboolean is_set;
} ModelPos;

typedef struct {
  HlOutcome outcome;
  HlReason  reason;
  gboolean  refused_4410;
  guint64   seq;  /* of the last event; 0 none */
  guint64   head; /* of the log when it was decided */
  guint64   n;
} ModelAnswer;

typedef enum { ITEM_QUEUED, ITEM_SENDING, ITEM_DECIDED, ITEM_SETTLED, ITEM_WITHDRAWN, ITEM_REVIEW } ModelItemState;

typedef struct {
  HlAction      *action;
  ModelPos       base;
  GPtrArray     *seen; /* HlEvent: all that the device had applied when this was composed */
  ModelItemState state;
  gboolean       has_answer;
  gboolean       is_gone; /* MODEL_BREAK_COUNTER */
  ModelAnswer    answer;
} ModelItem;

typedef enum { MESSAGE_HELLO, MESSAGE_ACT, MESSAGE_WELCOME, MESSAGE_SNAPSHOT, MESSAGE_EVENTS, MESSAGE_DONE, MESSAGE_BYE } ModelMessageType;

typedef struct {
  ModelMessageType type;
  ModelPos         pos;
  gboolean         want_snapshot;
  guint64          decided;
  HlAction        *action;
  ModelAnswer      answer;
  HlState         *snapshot;
  GPtrArray       *events; /* HlEvent; of a snapshot: the whole log */
  GArray          *hashes; /* guint64 beside events */
} ModelMessage;

typedef struct {
  GQueue      c2s;
  GQueue      s2c;
  gboolean    is_open; /* the server has read hello */
  guint64     cursor;
  gboolean    welcomed;
  GHashTable *sent; /* action ids */
} ModelLink;

typedef struct {
  char        name[8];
  HlActor    *actor;
  ModelPos    pos;
  HlState    *state;
  GPtrArray  *history; /* HlEvent: what was applied, in order */
  GPtrArray  *outbox;  /* ModelItem */
  guint64     n;
  guint       composed;
  ModelLink  *link;
  HlState    *screen; /* NULL: to be made */
} ModelDevice;

typedef struct {
  guint       epoch;
  guint       generation; /* goes into every hash: what is written after a failover is another content */
  GPtrArray  *log;        /* HlEvent */
  GArray     *hashes;     /* guint64, [0] of the empty log */
  GHashTable *answers;    /* "device/id" -> ModelAnswer */
  GHashTable *counters;   /* device -> guint64 */
  GHashTable *keys;       /* of facts */
  HlState    *state;
  /* backup */
  gboolean    has_backup;
  guint64     backup_head;
  GPtrArray  *backup_log;
  GArray     *backup_hashes;
  GHashTable *backup_answers, *backup_counters, *backup_keys;
} ModelServer;

typedef struct {
  GRand       *rand;
  ModelBreak   broken;
  ModelServer  server;
  ModelDevice *devices[3];
  guint        n_devices;
  guint        step;
  guint        n_reservations;
  gboolean     trace;
  char        *violation; /* the first; NULL: none */
  guint        outcomes[4];
  guint        resent;
} Model;

/* model.c: one interleaving of at most @steps steps. Returns the violation or NULL. (transfer full) */
char *model_run (guint32 seed, guint steps, ModelBreak broken, gboolean trace, guint *outcomes);
/* Remembers the first violation. */
void  model_fail (Model *model, const char *format, ...) G_GNUC_PRINTF (2, 3);
gint64 model_now (Model *model);
gboolean model_chance (Model *model, double probability);

/* model-server.c */
void     model_server_init (ModelServer *server);
void     model_server_clear (ModelServer *server);
guint64  model_server_head (ModelServer *server);
ModelPos model_server_pos (ModelServer *server, guint64 seq);
void     model_server_fact (Model *model, const char *key, HlEventKind kind, JsonObject *data);
void     model_server_close_day (Model *model, const char *key, gint64 before);
void     model_server_backup (ModelServer *server);
void     model_server_restore (ModelServer *server);
void     model_server_fail_over (ModelServer *server, guint64 upto);
void     model_server_rebuild (ModelServer *server);
void     model_server_receive (Model *model, ModelDevice *device, ModelMessage *message);
void     model_server_send (Model *model, ModelLink *link);

/* model-device.c */
ModelDevice *model_device_new (const char *name);
void         model_device_free (ModelDevice *device);
HlState     *model_device_screen (Model *model, ModelDevice *device);
void         model_device_compose (Model *model, ModelDevice *device, HlActionKind kind, JsonObject *data);
void         model_device_connect (Model *model, ModelDevice *device);
void         model_device_drop (ModelDevice *device);
void         model_device_receive (Model *model, ModelDevice *device, ModelMessage *message);
void         model_device_repeat (Model *model, ModelDevice *device);
void         model_device_withdraw (Model *model, ModelDevice *device);
ModelMessage *model_message_new (ModelMessageType type);
void         model_message_free (ModelMessage *message);

/* model-actions.c: something that a person at this screen might do. FALSE: nothing comes to mind. */
gboolean model_think (Model *model, ModelDevice *device, HlActionKind *kind, JsonObject **data);

/* model-check.c */
void model_check_decision (Model *model, ModelDevice *device, const HlAction *action, HlDecision *decision, GPtrArray *events);
void model_check_state (Model *model, HlState *state, const char *where);
void model_check_outbox (Model *model, ModelDevice *device);
void model_check_rest (Model *model);

G_END_DECLS
