import RAMKit
