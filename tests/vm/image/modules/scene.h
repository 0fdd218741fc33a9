/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
#include <linux/types.h>

/* Whether there is a picture yet. */
bool scene_present(void);

/* Fill a frame of red, green, blue; false when there is no picture yet. May sleep. */
bool scene_fill(u8 *frame, u32 width, u32 height);
