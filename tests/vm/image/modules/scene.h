/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
#include <linux/types.h>

/* Fill a frame of red, green, blue. May sleep. */
void scene_fill(u8 *frame, u32 width, u32 height);
