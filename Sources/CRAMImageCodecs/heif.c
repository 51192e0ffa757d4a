// HEIC and AVIF through libheif, where it is installed.
//
// It is opened when the first such photo comes, so that nobody needs it to build or to read other
// photos. Only functions and leading fields that libheif has kept since 1.9 are declared.

#ifndef __APPLE__

#include "codec.h"

#include <dlfcn.h>
#include <string.h>

typedef struct heif_context heif_context;
typedef struct heif_handle heif_handle;
typedef struct heif_picture heif_picture;

typedef struct {
  int code, detail;               // code 0: none
  const char *text;
} heif_error;

typedef struct {
  uint8_t version;
  uint8_t ignore_transformations;
} heif_options;                   // its first fields; libheif allocates the whole

enum { heif_rgb = 1, heif_interleaved_rgb = 10, heif_interleaved_rgba = 11, heif_interleaved = 10 };
enum { heif_unsupported_feature = 4, heif_memory_allocation_error = 6 };

typedef struct {
  heif_context *(*context_alloc)(void);
  void (*context_free)(heif_context *);
  void (*limit_size)(heif_context *, int);
  heif_error (*read)(heif_context *, const void *, size_t, const void *);
  heif_error (*primary)(heif_context *, heif_handle **);
  void (*handle_release)(const heif_handle *);
  int (*width)(const heif_handle *);
  int (*height)(const heif_handle *);
  int (*stored_width)(const heif_handle *);
  int (*stored_height)(const heif_handle *);
  int (*has_alpha)(const heif_handle *);
  heif_options *(*options_alloc)(void);
  void (*options_free)(heif_options *);
  heif_error (*decode)(const heif_handle *, heif_picture **, int, int, const heif_options *);
  void (*picture_release)(const heif_picture *);
  int (*picture_width)(const heif_picture *, int);
  int (*picture_height)(const heif_picture *, int);
  const uint8_t *(*plane)(const heif_picture *, int, int *);
} heif_library;

typedef struct {
  heif_library library;
  heif_context *context;
  heif_handle *handle;
  heif_picture *picture;
} heif_reader;

static bool find(void *object, const char *name, void *function) {
  void *symbol = dlsym(object, name);
  memcpy(function, &symbol, sizeof symbol);  // ISO C has no cast from void * to a function
  return symbol != NULL;
}

/// The library stays loaded, so later calls find it at once.
static ramk_photo_status load(heif_library *l, ramk_photo_message *message) {
  void *object = dlopen("libheif.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!object) {
    return ramk_photo_fail(message, RAMK_PHOTO_LIBRARY_MISSING,
                           "HEIC and AVIF need libheif; install the package libheif1");
  }
  bool found = find(object, "heif_context_alloc", &l->context_alloc) &&
               find(object, "heif_context_free", &l->context_free) &&
               find(object, "heif_context_set_maximum_image_size_limit", &l->limit_size) &&
               find(object, "heif_context_read_from_memory_without_copy", &l->read) &&
               find(object, "heif_context_get_primary_image_handle", &l->primary) &&
               find(object, "heif_image_handle_release", &l->handle_release) &&
               find(object, "heif_image_handle_get_width", &l->width) &&
               find(object, "heif_image_handle_get_height", &l->height) &&
               find(object, "heif_image_handle_get_ispe_width", &l->stored_width) &&
               find(object, "heif_image_handle_get_ispe_height", &l->stored_height) &&
               find(object, "heif_image_handle_has_alpha_channel", &l->has_alpha) &&
               find(object, "heif_decoding_options_alloc", &l->options_alloc) &&
               find(object, "heif_decoding_options_free", &l->options_free) &&
               find(object, "heif_decode_image", &l->decode) &&
               find(object, "heif_image_release", &l->picture_release) &&
               find(object, "heif_image_get_width", &l->picture_width) &&
               find(object, "heif_image_get_height", &l->picture_height) &&
               find(object, "heif_image_get_plane_readonly", &l->plane);
  if (found) return RAMK_PHOTO_OK;
  return ramk_photo_fail(message, RAMK_PHOTO_LIBRARY_MISSING,
                         "the installed libheif is too old; HEIC and AVIF need 1.9 or later");
}

static ramk_photo_status failure(ramk_photo_message *message, heif_error error) {
  const char *text = error.text ? error.text : "no reason given";
  switch (error.code) {
    case heif_memory_allocation_error:
      return ramk_photo_fail(message, RAMK_PHOTO_OUT_OF_MEMORY, "libheif: %s", text);
    case heif_unsupported_feature:  // newer Debian systems keep each codec in a package of its own
      return ramk_photo_fail(message, RAMK_PHOTO_UNSUPPORTED,
                             "libheif: %s; perhaps libheif-plugin-libde265 (HEIC) or "
                             "libheif-plugin-dav1d (AVIF) is not installed", text);
    default:
      return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "libheif: %s", text);
  }
}

/// The longest side that any picture of a file may have whose own picture, the one that was checked
/// against the caller's limits, has `width` x `height` pixels: tiles reach over its edge, and other
/// pictures may lie beside it, but libheif sets memory aside for what each of them claims.
static int longest_side(uint32_t width, uint32_t height) {
  enum { TILE = 1024, MOST = 1 << 30 };
  const uint64_t side = 2 * (uint64_t)(width > height ? width : height) + TILE;
  return side < MOST ? (int)side : MOST;
}

/// Opens a file none of whose pictures is longer than `longest`; 0 for libheif's own limit.
static ramk_photo_status open_reader(heif_reader *reader, const ramk_photo *photo, int longest,
                                     ramk_photo_message *message) {
  *reader = (heif_reader){0};
  const heif_library *l = &reader->library;
  ramk_photo_status status = load(&reader->library, message);
  if (status != RAMK_PHOTO_OK) return status;
  reader->context = l->context_alloc();
  if (!reader->context) {
    return ramk_photo_fail(message, RAMK_PHOTO_OUT_OF_MEMORY, "libheif could not be started");
  }
  if (longest > 0) l->limit_size(reader->context, longest);
  heif_error error = l->read(reader->context, photo->bytes, photo->size, NULL);
  if (error.code) return failure(message, error);
  error = l->primary(reader->context, &reader->handle);
  if (error.code) return failure(message, error);
  return RAMK_PHOTO_OK;
}

static void close_reader(heif_reader *reader) {
  const heif_library *l = &reader->library;
  if (reader->picture) l->picture_release(reader->picture);
  if (reader->handle) l->handle_release(reader->handle);
  if (reader->context) l->context_free(reader->context);
}

ramk_photo_status ramk_heif_probe(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                  ramk_photo_message *message) {
  heif_reader reader;
  ramk_photo_status status = open_reader(&reader, photo, 0, message);
  if (status == RAMK_PHOTO_OK) {
    const heif_library *l = &reader.library;
    int w = (photo->natural ? l->width : l->stored_width)(reader.handle);
    int h = (photo->natural ? l->height : l->stored_height)(reader.handle);
    *width = w > 0 ? (uint32_t)w : 0;
    *height = h > 0 ? (uint32_t)h : 0;
  }
  close_reader(&reader);
  return status;
}

static ramk_photo_status read_pixels(heif_reader *reader, bool natural, uint32_t width,
                                     uint32_t height, uint8_t *rgb, ramk_photo_message *message) {
  const heif_library *l = &reader->library;
  heif_options *options = l->options_alloc();
  if (!options) return ramk_photo_fail(message, RAMK_PHOTO_OUT_OF_MEMORY, "no memory for libheif");
  options->ignore_transformations = !natural;
  bool alpha = l->has_alpha(reader->handle);
  heif_error error = l->decode(reader->handle, &reader->picture, heif_rgb,
                               alpha ? heif_interleaved_rgba : heif_interleaved_rgb, options);
  l->options_free(options);
  if (error.code) return failure(message, error);

  int stride = 0;
  const uint8_t *plane = l->plane(reader->picture, heif_interleaved, &stride);
  int w = l->picture_width(reader->picture, heif_interleaved);
  int h = l->picture_height(reader->picture, heif_interleaved);
  size_t row_bytes = (size_t)width * (alpha ? 4 : 3);
  if (!plane || w < 0 || h < 0 || (uint32_t)w != width || (uint32_t)h != height || stride < 0 ||
      (size_t)stride < row_bytes) {
    return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "its picture has not the size it states");
  }
  for (uint32_t y = 0; y < height; y++, plane += stride, rgb += (size_t)width * 3) {
    if (alpha) {
      ramk_rgba_to_rgb(plane, width, natural, rgb);
    } else {
      memcpy(rgb, plane, row_bytes);
    }
  }
  return RAMK_PHOTO_OK;
}

ramk_photo_status ramk_heif_decode(const ramk_photo *photo, uint32_t width, uint32_t height,
                                   uint8_t *rgb, ramk_photo_message *message) {
  heif_reader reader;
  ramk_photo_status status =
    open_reader(&reader, photo, longest_side(width, height), message);
  if (status == RAMK_PHOTO_OK) {
    status = read_pixels(&reader, photo->natural, width, height, rgb, message);
  }
  close_reader(&reader);
  return status;
}

#endif
