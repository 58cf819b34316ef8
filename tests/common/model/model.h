/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small world around the two pure functions: one server with its log, two or three devices with their outboxes, links
 * that lose, repeat and break, crashes, reboots, restored backups, failovers, closed days, copied devices, a voice agent,
 * publishers' facts. The rules are the product's own; the checks are not: what a person had before their eyes is
 * remembered here, value by value. */
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
  MODEL_BREAK_COPIES,    /* a copied device is believed */
  MODEL_BREAK_REVIEW,    /* what is too old is sent all the same */
  MODEL_BREAK_OVERLAP,   /* a follower applies an event that it has already */
  MODEL_BREAK_AGENT,     /* the agent is held to no rule */
  MODEL_BREAK_FINAL,     /* a finished line of a transcript is replaced */
  /* what one family of decisions reads counts as seen */
  MODEL_BREAK_SEEN_PARTY,  /* where a party is, its stage, its fields */
  MODEL_BREAK_SEEN_FIELDS, /* the fields of a booking */
  MODEL_BREAK_SEEN_STATUS, /* the status of a booking */
  MODEL_BREAK_SEEN_TABLE,
  MODEL_BREAK_SEEN_CALL,
  MODEL_BREAK_SEEN_AGENT,  /* all that the voice agent reads */
  MODEL_BREAK_TAGS,        /* a removal takes a tag that it did not see */
  MODEL_BREAK_UNDO,        /* undo puts back what others built on */
  MODEL_BREAK_FACTS,       /* a publisher's word replaces what staff set */
  MODEL_N_BREAKS,
} ModelBreak;

/* One thing that happens. Its own dice: what happens to it does not change when others are left out. */
typedef struct {
  guint   op;
  guint   device;
  guint32 dice;
} ModelStep;

typedef struct {
  guint32 seed;
  guint   n_devices;
  gint64  skew[3]; /* ms that a device's clock is wrong by, always */
  GArray *steps;   /* ModelStep */
} ModelScript;

typedef struct {
  guint   epoch;
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
  char          *device; /* of the pairing it was made under */
  ModelPos       base;
  GPtrArray     *seen;      /* HlEvent: all that the device had applied when this was composed */
  HlState       *displayed; /* what was on its screen */
  ModelItemState state;
  gboolean       has_answer;
  gboolean       sent; /* it may have reached a server */
  ModelAnswer    answer;
  gint64         composed_wall, composed_boot; /* ms */
  guint          boot;
  gint64         offset; /* server's clock minus the device's; MODEL_UNKNOWN */
  gint64         composed_at; /* when it really was */
} ModelItem;

#define MODEL_UNKNOWN G_MININT64
#define MODEL_MAX_AGE_MS (4 * G_GINT64_CONSTANT (3600000))

typedef enum { MESSAGE_HELLO, MESSAGE_ACT, MESSAGE_WELCOME, MESSAGE_SNAPSHOT, MESSAGE_EVENTS, MESSAGE_DONE, MESSAGE_BYE } ModelMessageType;

typedef struct {
  ModelMessageType type;
  ModelPos         pos;
  gboolean         want_snapshot;
  guint64          decided;
  gint64           server_time;
  HlAction        *action;
  ModelAnswer      answer;
  HlState         *snapshot;
  GPtrArray       *events; /* HlEvent; of a snapshot: the whole log */
  GArray          *hashes; /* guint64 beside events */
} ModelMessage;

typedef struct {
  GQueue      c2s;
  GQueue      s2c;
  char        session[16];
  gboolean    is_open; /* the server has read hello */
  guint64     cursor;
  gboolean    welcomed;
  guint64     decided; /* of the welcome */
  GHashTable *sent;    /* action ids */
} ModelLink;

typedef struct {
  const char *person;
  char        name[8]; /* of the pairing; another one after it was paired again */
  guint       pairings;
  HlActor    *actor;
  ModelPos    pos;
  HlState    *state;
  GPtrArray  *history; /* HlEvent: what was applied, in order */
  GPtrArray  *outbox;  /* ModelItem */
  guint64     n;
  guint       composed;
  ModelLink  *link;
  HlState    *screen; /* NULL: to be made */
  gint64      skew, offset;
  guint       boot;
  gint64      booted_at;
  gboolean    copied; /* it was restored from an older copy of itself */
  gboolean    dead;   /* refused: it must pair again */
  gpointer    rows;   /* of the outbox's rules */
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

typedef struct _Model Model;

/* The outbox's rules: the model's own, or the dashboard's (tests/app/local). Each moves the items' states. */
typedef struct {
  void       (*added)    (Model *model, ModelDevice *device, ModelItem *item);
  void       (*sending)  (Model *model, ModelDevice *device, ModelItem *item);
  void       (*welcomed) (Model *model, ModelDevice *device, guint64 decided);
  void       (*loaded)   (Model *model, ModelDevice *device); /* a snapshot */
  void       (*answered) (Model *model, ModelDevice *device, ModelItem *item, const ModelAnswer *answer);
  void       (*refused)  (Model *model, ModelDevice *device); /* 4410: all that waits goes to review */
  ModelItem *(*find_withdrawable) (Model *model, ModelDevice *device);
  void       (*withdrawn) (Model *model, ModelDevice *device, ModelItem *item);
  void       (*copied)   (Model *model, ModelDevice *device); /* the outbox was replaced */
  void       (*check)    (Model *model, ModelDevice *device); /* the equation */
  void       (*free)     (ModelDevice *device);
} ModelOutbox;

typedef struct {
  ModelBreak         broken;
  const ModelOutbox *outbox;   /* NULL: the model's own */
  gboolean           tell;     /* write the story down */
  gboolean           no_skew;  /* all clocks are right */
  void             (*check_screen) (Model *model, HlState *screen, const char *where);
} ModelOptions;

typedef struct {
  char      *violation; /* NULL: none */
  char      *story;
  char      *decisions; /* every action's outcome, a line each */
  char      *content;   /* of the final state, times and all */
  guint64    digest;
  guint      outcomes[4];
  guint      n_reviews, n_agent, n_calls, n_copies, n_snapshots; /* how often things came to pass */
} ModelResult;

struct _Model {
  const ModelScript  *script;
  const ModelOptions *options;
  guint64      rng;
  ModelBreak   broken;
  ModelServer  server;
  ModelDevice *devices[3];
  guint        n_devices;
  guint        step;
  gint64       leap; /* ms that went by at once */
  guint        n_ids;
  guint        n_reservations;
  guint        n_sessions;
  char        *violation; /* the first; NULL: none */
  GString     *story;
  GString     *decisions;
  GHashTable  *lines; /* call/turn -> the finished text that stood last */
  ModelResult *result;
};

/* model-script.c */
ModelScript *model_script_new    (guint32 seed, guint steps);
void         model_script_free   (ModelScript *script);
/* The fewest steps, and devices, that still end in the same kind of violation. (transfer full) */
ModelScript *model_script_shrink (const ModelScript *script, const ModelOptions *options, const char *violation);

/* model.c: one interleaving, then quiet, then the checks. */
void     model_play        (const ModelScript *script, const ModelOptions *options, ModelResult *result);
void     model_result_clear (ModelResult *result);
/* The same of two worlds that take turns: nothing of one may reach the other (invariant 8). */
void     model_play_two    (const ModelScript *one, const ModelScript *two, const ModelOptions *options, ModelResult *first,
                            ModelResult *second);
/* Remembers the first violation. */
void     model_fail        (Model *model, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* A line of the story, in words. */
void     model_tell        (Model *model, const char *format, ...) G_GNUC_PRINTF (2, 3);
gint64   model_now         (Model *model); /* the server's clock */
gint64   model_wall        (Model *model, ModelDevice *device);
gint32   model_range       (Model *model, gint32 from, gint32 to);
gboolean model_chance      (Model *model, double probability);

/* model-world.c: what comes from elsewhere */
void     model_lay_floor      (Model *model);
void     model_add_booking    (Model *model);
void     model_change_booking (Model *model);
void     model_tell_fact      (Model *model);
void     model_repeat_fact    (Model *model);
void     model_close_day      (Model *model);
void     model_agent_acts     (Model *model);
void     model_timer_acts     (Model *model);

/* model-server.c */
void     model_server_init (ModelServer *server);
void     model_server_clear (ModelServer *server);
guint64  model_server_head (ModelServer *server);
ModelPos model_server_pos (ModelServer *server, guint64 seq);
void     model_server_fact (Model *model, const char *name, const char *key, HlEventKind kind, JsonObject *data);
void     model_server_event (Model *model, const char *key, HlEventKind kind, JsonObject *data);
/* Decides and appends an action of somebody without a device, who had seen the log up to @seen. */
HlOutcome model_server_act (Model *model, const HlActor *actor, HlActionKind kind, JsonObject *data, guint64 seen);
void     model_server_backup (ModelServer *server);
void     model_server_restore (ModelServer *server);
void     model_server_fail_over (ModelServer *server, guint64 upto);
void     model_server_rebuild (ModelServer *server);
void     model_server_receive (Model *model, ModelDevice *device, ModelMessage *message);
void     model_server_send (Model *model, ModelLink *link);

/* model-device.c */
ModelDevice *model_device_new (const char *person, const char *name, HlRole role, gint64 skew);
void         model_device_free (Model *model, ModelDevice *device);
HlState     *model_device_screen (Model *model, ModelDevice *device);
void         model_device_compose (Model *model, ModelDevice *device, HlActionKind kind, JsonObject *data);
void         model_device_connect (Model *model, ModelDevice *device);
void         model_device_drop (ModelDevice *device);
void         model_device_receive (Model *model, ModelDevice *device, ModelMessage *message);
void         model_device_repeat (Model *model, ModelDevice *device);
void         model_device_withdraw (Model *model, ModelDevice *device);
void         model_device_reboot (Model *model, ModelDevice *device);
void         model_device_copy (Model *model, ModelDevice *device);
void         model_device_pair_again (Model *model, ModelDevice *device);
ModelMessage *model_message_new (ModelMessageType type);
void         model_message_free (ModelMessage *message);

/* model-outbox.c */
extern const ModelOutbox model_outbox;
/* Everything that the action's data names. (transfer full) */
GPtrArray *model_item_get_entities (ModelItem *item);

/* model-actions.c: something that a person at this screen might do. FALSE: nothing comes to mind. */
gboolean model_think (Model *model, ModelDevice *device, HlActionKind *kind, JsonObject **data);
/* "seats p1 at t1" (transfer full) */
char    *model_describe (HlActionKind kind, JsonObject *data);
char    *model_describe_fact (HlEventKind kind, JsonObject *data);

/* model-check.c */
void model_check_decision (Model *model, ModelDevice *device, const HlAction *action, HlDecision *decision, GPtrArray *events);
void model_check_state (Model *model, HlState *state, const char *where);
void model_check_rest (Model *model);
const char *model_get_id_member (HlEventKind kind);

/* model-oracle.c: what a person had never seen is not replaced without a word */
/* What somebody knew when they did something. */
typedef struct {
  GPtrArray *seen;      /* HlEvent: all that had reached them */
  HlState   *displayed; /* what was before their eyes: with what of their own was not sent yet */
} ModelEyes;

void model_check_overwrites (Model *model, const HlActor *actor, HlActionKind kind, const ModelEyes *eyes, GPtrArray *events);
void model_check_agent (Model *model, const HlActor *actor, HlActionKind kind, JsonObject *data, HlDecision *decision);
void model_check_lines (Model *model);

G_END_DECLS
