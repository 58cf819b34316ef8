/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GET /v1/locations/{location}/presence: who is connected now, for the people at the devices: no addresses. */
#include "http/hl-request.h"

#include "wire/hl-json.h"

#define MAX_DEVICES 100

void
hl_route_presence (HlRequest *request)
{
  static const char *const told[] = { "device", "label", "who", "role", "connected_s", "idle_s", "unsent", "behind" };
  g_autoptr (JsonObject) all = hl_hub_dup_presence (request->config->hub, hl_request_get_location (request));
  JsonArray *devices = json_object_get_array_member (all, "devices");
  guint n = json_array_get_length (devices);
  g_autoptr (JsonObject) answer = json_object_new ();
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < MIN (n, MAX_DEVICES); i++) {
    JsonObject *device = json_array_get_object_element (devices, i);
    JsonObject *one = json_object_new ();

    for (gsize k = 0; k < G_N_ELEMENTS (told); k++) {
      JsonNode *node = json_object_get_member (device, told[k]);

      if (node != NULL) {
        json_object_set_member (one, told[k], json_node_copy (node));
      }
    }
    json_array_add_object_element (list, one);
  }
  json_object_set_array_member (answer, "devices", list);
  /* so that a list that was cut does not look whole */
  json_object_set_int_member (answer, "total", n);
  hl_request_answer (request, 200, hl_json_print_object (answer));
}
