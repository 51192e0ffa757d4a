/// The sizes of the image encoder of a RAM: Swin in the official models, EfficientNet-Lite in RAM-nano.
package enum ImageEncoderConfiguration: Sendable, Hashable {
  case swin(SwinConfiguration)
  case efficientNetLite(EfficientNetLiteConfiguration)
}

extension ImageEncoderConfiguration {
  init(
    checkpoint: any TensorSource, prefix: String, imageSize: Int?
  ) throws(RAMKitError) {
    self =
      checkpoint.metadata[FileMetadata.family] == ModelFamily.ramNano.rawValue
      ? .efficientNetLite(
        try EfficientNetLiteConfiguration(
          checkpoint: checkpoint, prefix: prefix, imageSize: imageSize))
      : .swin(
        try SwinConfiguration(checkpoint: checkpoint, prefix: prefix, imageSize: imageSize))
  }

  /// Pixels along a side of the square that photos are squeezed into.
  var imageSize: Int {
    switch self {
    case .swin(let swin): swin.imageSize
    case .efficientNetLite(let network): network.imageSize
    }
  }

  /// Width of the tokens that come out.
  var width: Int {
    switch self {
    case .swin(let swin): swin.width
    case .efficientNetLite(let network): network.features
    }
  }

  /// Tokens of a photo, without their mean.
  var tokens: Int {
    switch self {
    case .swin(let swin): swin.tokens
    case .efficientNetLite(let network): network.tokens
    }
  }

  /// What goes in.
  var input: PhotoInput {
    switch self {
    case .swin(let swin): swin.input
    case .efficientNetLite(let network): network.input
    }
  }

  func requirements(prefix: String) -> [TensorRequirement] {
    switch self {
    case .swin(let swin): swin.requirements(prefix: prefix)
    case .efficientNetLite(let network): network.requirements(prefix: prefix)
    }
  }

  func encoder(weights: WeightLoader, prefix: String) throws(RAMKitError) -> any ImageEncoder {
    switch self {
    case .swin(let swin): try SwinEncoder(swin, weights: weights, prefix: prefix)
    case .efficientNetLite(let network):
      try EfficientNetLite(network, weights: weights, prefix: prefix)
    }
  }
}

extension ModelDescription.ImageEncoder {
  init(_ configuration: ImageEncoderConfiguration) {
    switch configuration {
    case .swin(let swin): self.init(swin)
    case .efficientNetLite(let network): self.init(network)
    }
  }
}
