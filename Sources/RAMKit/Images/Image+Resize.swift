import CRAMKernels

extension Image {
  /// The image squeezed or stretched to a size, as Pillow's `resize(size, BILINEAR)` does it, bit
  /// for bit. Its own size gives the image itself.
  package func resized(width newWidth: Int, height newHeight: Int) throws(RAMKitError) -> Image {
    guard (newWidth, newHeight) != (width, height) else { return self }
    guard newWidth > 0, newHeight > 0,
      let count = Self.byteCount(width: newWidth, height: newHeight)
    else {
      throw .invalidOption(
        name: "image size", reason: "no photo can be resized to \(newWidth) x \(newHeight)")
    }
    let scratchBytes = ramk_resize_bilinear_workspace_size(width, height, newWidth, newHeight)
    guard scratchBytes > 0 else {
      throw .invalidOption(
        name: "image size", reason: "\(newWidth) x \(newHeight) is too large to resize to")
    }
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: scratchBytes, alignment: 64)
    defer { scratch.deallocate() }
    var status = RAMK_OK
    let resized = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
      status = ramk_resize_bilinear(
        nil, pixels, width, height, width * 3, out.baseAddress, newWidth, newHeight, newWidth * 3,
        scratch.baseAddress, scratch.count)
      initialized = status == RAMK_OK ? count : 0
    }
    guard status == RAMK_OK else { throw Self.fault(status, in: "resizing") }
    return Image(width: newWidth, height: newHeight, checked: resized)
  }

  static func fault(_ status: ramk_status, in work: String) -> RAMKitError {
    .internalFault(reason: "\(work): \(String(cString: ramk_status_description(status)))")
  }
}
