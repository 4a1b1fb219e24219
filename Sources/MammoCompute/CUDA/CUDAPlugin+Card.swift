import CCUDA

extension CUDAPlugin {
    /// An NVIDIA card, or an emulated one.
    public struct Card: Equatable, Sendable {
        /// Its number, from 0.
        public let number: Int
        /// "Tesla T4".
        public let name: String
        /// Bytes of its memory.
        public let memory: Int
        /// Compute capability: 75 for sm_75.
        public let capability: Int
        /// Whether threads are fibres on the host's processor.
        public let isEmulated: Bool
        /// Why the plugin cannot use it, in one line that says what to do; nil where it can.
        public let refusal: String?

        /// A card as the driver describes it.
        ///
        /// - Parameters:
        ///   - number: From 0.
        ///   - name: What it is sold as.
        ///   - memory: Bytes of its memory.
        ///   - capability: 75 for sm_75.
        ///   - isEmulated: Whether threads are fibres on the host's processor.
        ///   - refusal: Why the plugin cannot use it; empty where it can.
        package init(
            number: Int, name: String, memory: Int, capability: Int, isEmulated: Bool, refusal: String = ""
        ) {
            (self.number, self.name, self.memory) = (number, name, memory)
            (self.capability, self.isEmulated) = (capability, isEmulated)
            self.refusal = refusal.isEmpty ? nil : refusal
        }

        /// "sm_75".
        public var architecture: String { "sm_\(capability)" }

        /// Why it does not compute so; nil where it does. Nothing multiplies in bfloat16 or TF32 below sm_80.
        package func refusal(
            of precision: CUDAPrecision, _ products: ProductOptions = ProductOptions()
        ) -> String? {
            if let refusal { return "card \(number): \(refusal)" }
            guard capability < 80, precision == .bfloat16 || products.tf32 else { return nil }
            let (needing, advice) =
                precision == .bfloat16 ? ("bf16 needs", "use --amp fp16") : ("TF32 needs", "leave out --tf32")
            return "card \(number), \(name), is \(architecture), and \(needing) sm_80 or newer; \(advice)"
        }
    }
}
