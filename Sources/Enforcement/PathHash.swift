/// The kernel side's hash of a path (`hash_path` in bpf/path.h), for questions about files that
/// nobody has run yet.
enum PathHash {
    static func hash(_ path: [UInt8]) -> UInt64 {
        var hash = 14_695_981_039_346_656_037 ^ UInt64(path.count)
        var end = path.count
        while end > 0 {
            let start = max(0, end - 8)
            var word: UInt64 = 0
            for byte in path[start..<end].reversed() { word = word << 8 | UInt64(byte) }
            hash = (hash ^ word) &* 1_099_511_628_211
            hash ^= hash >> 29
            end = start
        }
        return hash == 0 ? 1 : hash
    }
}
