// What the code of the documentation takes as given. It is compiled and never run.

import Foundation
import RAMKit
import RAMKitNano

let checkpointURL = URL(filePath: "ram_swin_large_14m.pth")
let fileURL = URL(filePath: "ram.safetensors")
let photoURL = URL(filePath: "photo.jpg")
let namesURL = URL(filePath: "names.txt")
let thresholdsURL = URL(filePath: "thresholds.txt")
let embeddingsURL = URL(filePath: "embeddings.safetensors")

let photo = Photo.file(photoURL)
let photos = [photo]
let tagger: Tagger = given()
let labels: LabelQuerySet = given()
let encoder: SentenceEncoder = given()

func given<Value>() -> Value { fatalError("compiled, never run") }
