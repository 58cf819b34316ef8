/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is here, as the server said last. */
#include "desk/hl-presence.h"

#include "domain/hl-member.h"

#define MAX_DEVICES 100

struct _HlPresence {
  GObject parent_instance;
  GPtrArray *here; /* HlHere */
  gint64 as_of;
  int more;
  gboolean current;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HlPresence, hl_presence, G_TYPE_OBJECT)

static void
here_free (gpointer data)
{
  HlHere *here = data;

  g_free (here->device);
  g_free (here->name);
  g_free (here->who);
  g_free (here);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const HlHere *x = *(HlHere *const *)a, *y = *(HlHere *const *)b;
  int order;

  if (x->own != y->own)
    return x->own ? -1 : 1;
  order = g_utf8_collate (x->name, y->name);
  return order != 0 ? order : g_strcmp0 (x->device, y->device);
}

static HlHere *
read_one (JsonObject *object, const char *own, const char *who)
{
  const char *device = hl_member_get_string (object, "device", NULL);
  const char *label = hl_member_get_string (object, "label", "");
  HlHere *here;

  if (device == NULL || device[0] == '\0')
    return NULL;
  here = g_new0 (HlHere, 1);
  here->device = g_strdup (device);
  here->name = g_strdup (label[0] != '\0' ? label : device);
  here->own = g_strcmp0 (device, own) == 0;
  here->who = g_strdup (here->own && who != NULL && who[0] != '\0' ? who : hl_member_get_string (object, "who", ""));
  here->idle_s = (int)CLAMP (hl_member_get_int (object, "idle_s", 0), 0, G_MAXINT);
  return here;
}

gboolean
hl_presence_take (HlPresence *self, JsonObject *answer, const char *own, const char *who, gint64 now)
{
  JsonNode *node = json_object_get_member (answer, "devices");
  JsonArray *devices;
  g_autoptr (GPtrArray) here = g_ptr_array_new_with_free_func (here_free);
  guint n;

  g_return_val_if_fail (HL_IS_PRESENCE (self), FALSE);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  devices = json_node_get_array (node);
  n = json_array_get_length (devices);
  for (guint i = 0; i < MIN (n, MAX_DEVICES); i++) {
    JsonNode *element = json_array_get_element (devices, i);
    HlHere *one = JSON_NODE_HOLDS_OBJECT (element) ? read_one (json_node_get_object (element), own, who) : NULL;

    if (one != NULL)
      g_ptr_array_add (here, one);
  }
  g_ptr_array_sort (here, compare);
  g_ptr_array_unref (self->here);
  self->here = g_steal_pointer (&here);
  self->more = (int)CLAMP (hl_member_get_int (answer, "total", 0) - (gint64)self->here->len, 0, G_MAXINT);
  self->as_of = now;
  self->current = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

void
hl_presence_set_current (HlPresence *self, gboolean current)
{
  g_return_if_fail (HL_IS_PRESENCE (self));
  /* that it is so again is known only from the next answer */
  if (current || !self->current)
    return;
  self->current = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

const GPtrArray *
hl_presence_get_here (HlPresence *self)
{
  return self->here;
}

gboolean
hl_presence_get_current (HlPresence *self)
{
  return self->current;
}

gint64
hl_presence_get_as_of (HlPresence *self)
{
  return self->as_of;
}

int
hl_presence_get_more (HlPresence *self)
{
  return self->more;
}

static void
hl_presence_finalize (GObject *object)
{
  g_ptr_array_unref (HL_PRESENCE (object)->here);
  G_OBJECT_CLASS (hl_presence_parent_class)->finalize (object);
}

static void
hl_presence_class_init (HlPresenceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hl_presence_finalize;
  signals[CHANGED]
      = g_signal_new ("changed", HL_TYPE_PRESENCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hl_presence_init (HlPresence *self)
{
  self->here = g_ptr_array_new_with_free_func (here_free);
}

HlPresence *
hl_presence_new (void)
{
  return g_object_new (HL_TYPE_PRESENCE, NULL);
}
