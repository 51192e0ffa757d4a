// The mask of window attention over an implementation's vectors: to be included behind its
// `vector.h`, inside of its target attribute.

static void mask(size_t rows, size_t columns, const float *query_regions, const float *key_regions,
                 float penalty, float *scores, size_t stride) {
  for (size_t i = 0; i < rows; i++, scores += stride) {
    const float own = query_regions[i];
    for (size_t j = 0; j < columns; j++) scores[j] += key_regions[j] == own ? 0 : penalty;
  }
}
