import CRAMKernels

/// Operations that go over rows or elements once or twice, and wait for memory.
enum Rows {
  static let cases =
    [
      (9216, 192), (2304, 384), (576, 768), (144, 1536), (9216, 128), (2304, 256), (576, 512),
      (144, 1024), (1024, 768), (4585, 768),
    ].map { layerNorm(rows: $0, columns: $1) } + [
      softmax(rows: 4585, columns: 145),
      meanRows(rows: 144, columns: 1536),
      meanRows(rows: 121, columns: 1280),
      rowDots(rows: 3429, columns: 768),
      reweighting(labels: 4585, descriptions: 51, width: 512, RAMK_FLOAT32, bytes: 4),
      reweighting(labels: 4585, descriptions: 51, width: 512, RAMK_BFLOAT16, bytes: 2),
      convert(.init(type: RAMK_ELEMENT_FLOAT16, bytes: 2, name: "float16"), count: 1 << 20),
      convert(.init(type: RAMK_ELEMENT_BFLOAT16, bytes: 2, name: "bfloat16"), count: 1 << 20),
      convert(.init(type: RAMK_ELEMENT_FLOAT64, bytes: 8, name: "float64"), count: 1 << 20),
    ]

  static func layerNorm(rows: Int, columns: Int) -> KernelCase {
    KernelCase(
      operation: "layer_norm", shape: "\(rows)x\(columns)",
      work: .memory(
        read: 4 * rows * columns, written: 4 * rows * columns, flop: 7 * rows * columns)
    ) { context in
      let x = Memory.floats(rows * columns)
      let (gain, bias) = (Memory.floats(columns), Memory.floats(columns))
      let out = Memory.floats(rows * columns)
      return {
        ramk_layer_norm(
          context.pointer, rows, columns, x.floats, columns, gain.floats, bias.floats, 1e-5,
          out.floats, columns)
      }
    }
  }

  static func softmax(rows: Int, columns: Int) -> KernelCase {
    KernelCase(
      operation: "softmax", shape: "\(rows)x\(columns)",
      work: .memory(
        read: 4 * rows * columns, written: 4 * rows * columns, flop: 4 * rows * columns)
    ) { context in
      let x = Memory.floats(rows * columns)
      let out = Memory.floats(rows * columns)
      return {
        ramk_softmax(
          context.pointer, rows, columns, 1, x.floats, columns, out.floats, columns)
      }
    }
  }

  static func meanRows(rows: Int, columns: Int) -> KernelCase {
    KernelCase(
      operation: "mean_rows", shape: "\(rows)x\(columns)",
      work: .memory(read: 4 * rows * columns, written: 4 * columns, flop: rows * columns)
    ) { context in
      let x = Memory.floats(rows * columns)
      let out = Memory.floats(columns)
      return {
        ramk_mean_rows(
          context.pointer, 1, rows, columns, x.floats, columns, out.floats, columns)
      }
    }
  }

  static func rowDots(rows: Int, columns: Int) -> KernelCase {
    KernelCase(
      operation: "row_dots", shape: "\(rows)x\(columns)",
      work: .memory(read: 8 * rows * columns, written: 4 * rows, flop: 2 * rows * columns)
    ) { context in
      let (a, b) = (Memory.floats(rows * columns), Memory.floats(rows * columns))
      let out = Memory.floats(rows)
      return {
        ramk_row_dots(
          context.pointer, rows, columns, a.floats, columns, b.floats, columns, nil, out.floats)
      }
    }
  }

  /// RAM++'s embeddings are read once, and are more than caches hold.
  static func reweighting(
    labels: Int, descriptions: Int, width: Int, _ precision: ramk_precision, bytes: Int
  ) -> KernelCase {
    let count = labels * descriptions * width
    return KernelCase(
      operation: "description_reweighting", precision: precision,
      shape: "\(labels)x\(descriptions)x\(width)",
      work: .memory(read: bytes * count, written: 4 * labels * width, flop: 4 * count)
    ) { context in
      let embeddings =
        precision == RAMK_BFLOAT16 ? Memory.bfloat16(count, context) : Memory.floats(count)
      let image = Memory.floats(width)
      let out = Memory.floats(labels * width)
      let arguments: @Sendable () -> ramk_description_reweighting_arguments = {
        ramk_description_reweighting_arguments(
          labels: labels, descriptions: descriptions, width: width, embeddings: embeddings.raw,
          embeddings_stride: width, groups: labels, group_of_label: nil, image: image.floats,
          scale: 14, weights: nil, out: out.floats, out_stride: width)
      }
      var sized = arguments()
      let scratch = ramk_description_reweighting_workspace_size(
        context.pointer, precision, &sized)
      let workspace = Memory(byteCount: scratch)
      return {
        var arguments = arguments()
        return ramk_description_reweighting(
          context.pointer, precision, &arguments, workspace.raw, scratch)
      }
    }
  }

  struct Element: Sendable {
    let type: ramk_element_type
    let bytes: Int
    let name: String
  }

  static func convert(_ element: Element, count: Int) -> KernelCase {
    KernelCase(
      operation: "convert", shape: "\(element.name) \(count)",
      work: .memory(read: element.bytes * count, written: 4 * count)
    ) { context in
      let input = Memory(byteCount: element.bytes * count)
      input.raw.initializeMemory(as: UInt8.self, repeating: 0x3C, count: element.bytes * count)
      let out = Memory.floats(count)
      return {
        ramk_convert_to_float32(context.pointer, element.type, input.raw, count, out.floats)
      }
    }
  }
}
