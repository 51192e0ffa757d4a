/// Bytes, at least one, that lie in a mapped file, and what keeps them there. Nobody writes to them.
package struct MappedBytes: @unchecked Sendable {
  // @unchecked: `bytes` is read only, and valid as long as `owner` lives.
  package let bytes: UnsafeRawBufferPointer
  package let owner: any AnyObject & Sendable

  package init(_ bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    self.bytes = bytes
    self.owner = owner
  }
}
