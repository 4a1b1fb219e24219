/// Networks that mammo does not have, by entries that only they have.
enum ForeignNetworks {
    /// Names of networks, and what of an entry's name tells them; the first that fits counts.
    private static let signs: [(String, [String])] = [
        ("ConvNeXt V2", [".grn.gamma", ".grn.weight"]),
        ("Swin transformer", ["relative_position_bias_table"]),
        ("ViT (vision transformer)", ["cls_token", ".attn.qkv.weight", "encoder.layers.encoder_layer_0."]),
        ("object detector", ["rpn.head.", "roi_heads.", "box_head."]),
        ("U-Net or another network with a decoder", ["decoder.blocks.0.", "segmentation_head.", "up_convs.0."]),
        ("DenseNet", ["denseblock1.denselayer1."]),
        ("RegNet", ["trunk_output.block1.", "s1.b1.conv1."]),
        ("Inception", ["Mixed_5b.", "Conv2d_1a_3x3."]),
        ("MobileNet V3 or a relative", ["features.1.block.0.0.weight"]),
        ("MobileNet V2 or a relative", ["features.1.conv.0.0.weight"]),
        ("ResNet or a relative", ["layer1.0.conv1.weight"]),
        ("YOLO", ["model.0.conv.weight", "model.22.dfl."]),
        ("VGG", ["classifier.6.weight"]),
    ]

    /// The network that entries belong to; nil where no entry tells.
    ///
    /// - Parameter names: Of a file's tensors.
    /// - Returns: The network, and the entry.
    static func found(_ names: [String]) -> (network: String, entry: String)? {
        for (network, signs) in signs {
            for sign in signs {
                if let name = names.first(where: { $0.contains(sign) }) { return (network, name) }
            }
        }
        return nil
    }
}
