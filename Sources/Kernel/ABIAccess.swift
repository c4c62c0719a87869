public import SensorABI

extension ll_socket_flow_key {
    /// The address is 16 bytes in network order; the halves are big-endian numbers.
    public mutating func setRemoteAddress(high: UInt64, low: UInt64) {
        let (a, b) = (high.bigEndian, low.bigEndian)
        unsafe withUnsafeMutableBytes(of: &remote_address) { bytes in
            unsafe bytes.storeBytes(of: a, as: UInt64.self)
            unsafe bytes.storeBytes(of: b, toByteOffset: 8, as: UInt64.self)
        }
    }
}

extension ll_socket_flow_key {
    /// As two big-endian numbers.
    public var remoteAddressHalves: (high: UInt64, low: UInt64) {
        unsafe withUnsafeBytes(of: remote_address) { bytes in
            unsafe (
                UInt64(bigEndian: bytes.load(as: UInt64.self)),
                UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}

extension ll_statistics {
    /// The struct is nothing but 64-bit counters, which C's arrays import as tuples.
    public var words: [UInt64] {
        unsafe withUnsafeBytes(of: self) { unsafe Array($0.bindMemory(to: UInt64.self)) }
    }
}

extension ll_held_content {
    /// The path that is meant.
    public var pathBytes: [UInt8] {
        unsafe withUnsafeBytes(of: path) { bytes in
            unsafe Array(bytes.prefix(Int(min(path_length, UInt32(LL_CONTENT_PATH_MAX)))))
        }
    }
}
