/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking out of a webhook's body what nobody may find in it later, before it is kept for the operator. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bodies that could not be read are kept, and providers put secrets into them: a voice platform the restaurant's telephone
 * account, its prompt, links whose holder may listen. Taken out: the values of members (or form fields) whose names end in
 * token, secret, api_key, password or authorization, the account of another provider, an assistant or model whole, recorded
 * sound; of links all but the host; payment card numbers. Bodies that are no JSON are searched as text. Phone numbers stay, they
 * are masked when the body is shown. Pure. Returns: (transfer full): UTF-8 */
GBytes *hl_payload_scrub (GBytes *body);

G_END_DECLS
