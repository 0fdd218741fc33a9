// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * What vimc shows: the picture that was last written to /dev/scene.
 *
 * Written are two native 32-bit numbers, width and height, then rows of red, green, blue, in one write(2). It comes in
 * where vimc's scaler ends, stretched to the size that was asked for: an emulated processor would spend seconds on each
 * frame of the 1920 x 1080 that libcamera wants of the sensor before it. Until the first write it is all grey.
 */
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "scene.h"

#define SIDE_MAX 1024
#define GREY 128

static DEFINE_MUTEX(lock);
static u32 size[2]; /* width, height */
static u8 *pixels;

void scene_fill(u8 *frame, u32 width, u32 height)
{
	u32 row, column, at, step; /* in 1/65536 of a pixel: a division for each would take longer than all else */

	mutex_lock(&lock);
	step = (size[0] << 16) / width;
	for (row = 0; row < height; row++) {
		const u8 *from = pixels + 3 * (row * size[1] / height * size[0]);

		for (column = 0, at = 0; column < width; column++, at += step, frame += 3)
			memcpy(frame, from + 3 * (at >> 16), 3);
	}
	mutex_unlock(&lock);
}
EXPORT_SYMBOL_GPL(scene_fill);

static ssize_t scene_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	u32 asked[2];
	u8 *fresh;

	if (count < sizeof(asked))
		return -EINVAL;
	if (copy_from_user(asked, from, sizeof(asked)))
		return -EFAULT;
	if (!asked[0] || !asked[1] || asked[0] > SIDE_MAX || asked[1] > SIDE_MAX ||
	    count != sizeof(asked) + 3 * asked[0] * asked[1])
		return -EINVAL;
	fresh = vmalloc(count);
	if (!fresh)
		return -ENOMEM;
	if (copy_from_user(fresh, from + sizeof(asked), count - sizeof(asked))) {
		vfree(fresh);
		return -EFAULT;
	}
	mutex_lock(&lock);
	swap(pixels, fresh);
	size[0] = asked[0];
	size[1] = asked[1];
	mutex_unlock(&lock);
	vfree(fresh);
	return count;
}

static const struct file_operations operations = { .owner = THIS_MODULE, .write = scene_write };
static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "scene", .fops = &operations, .mode = 0200 };

static int __init scene_init(void)
{
	pixels = vmalloc(3);
	if (!pixels)
		return -ENOMEM;
	memset(pixels, GREY, 3);
	size[0] = size[1] = 1;
	return misc_register(&device);
}

static void __exit scene_exit(void)
{
	misc_deregister(&device);
	vfree(pixels);
}

module_init(scene_init);
module_exit(scene_exit);
MODULE_DESCRIPTION("A picture in front of vimc's sensor");
MODULE_LICENSE("Dual BSD/GPL");
