import Testing

@testable import SysFlow

struct SHA1Tests {
    /// FIPS 180 examples, and lengths around the block's edge.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
        (String(repeating: "a", count: 56), "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
        (String(repeating: "a", count: 64), "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
        (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    ])
    func digestsAgreeWithTheStandard(_ message: String, _ digest: String) {
        var hash = SHA1()
        hash.update(message.utf8)
        #expect(FileID(bytes: hash.finalize()).hexadecimal == digest)
    }

    @Test func aFileIsNamedByItsContainerAndPath() {
        #expect(
            FileID(containerID: "abc", path: "/etc/passwd")
                == FileID(containerID: "", path: "abc/etc/passwd"))
        #expect(
            FileID(containerID: "ab", path: Array("c".utf8)).hexadecimal
                == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(
            FileID(containerID: "", path: [0xff]) != FileID(containerID: "", path: "\u{fffd}"))
    }
}
