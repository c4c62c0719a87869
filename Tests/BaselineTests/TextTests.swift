import Baseline
import SysFlow
import Testing

@Suite struct AddressTextTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("FD00:0:0:0:0:0:0:1", "fd00::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("::ffff:1.2.3.4", "1.2.3.4"), ("::ffff:102:304", "1.2.3.4"),
        ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
    ])
    func readsAndWrites(_ text: String, _ written: String) throws {
        #expect(try #require(IPAddress(text: text)).description == written)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", ":", ":::", "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "g::", "fe80::1%eth0",
        "1.2.3.4::", "::1.2.3", "+1::", ":1:2:3:4:5:6:7", "1.2.3.-4",
    ])
    func refuses(_ text: String) { #expect(IPAddress(text: text) == nil) }

    @Test func randomAddressesRoundTrip() {
        for seed in 0..<2000 {
            var generator = Generator(seed: seed)
            // Zero groups are likely, so that every shape of `::` occurs.
            var words: [UInt64] = []
            for _ in 0..<2 {
                var word: UInt64 = 0
                for _ in 0..<4 {
                    word = word << 16 | (generator.chance(50) ? 0 : generator.next() & 0xffff)
                }
                words.append(word)
            }
            let address = IPAddress(high: words[0], low: words[1])
            #expect(IPAddress(text: address.description) == address)
        }
    }

    @Test func prefixesContainWhatTheySay() throws {
        let ten = try Prefix(parsing: "10.0.0.0/8")
        #expect(ten.contains(IPAddress(v4: 0x0aff_0102)))
        #expect(!ten.contains(IPAddress(v4: 0x0b00_0000)))
        #expect(!ten.contains(try #require(IPAddress(text: "::a00:1"))))
        #expect(Prefix.any.contains(IPAddress(v4: 1)))
        let six = try Prefix(parsing: "fd00::/8")
        #expect(six.contains(try #require(IPAddress(text: "fdff::1"))))
        #expect(!six.contains(try #require(IPAddress(text: "fe00::1"))))
        #expect(try Prefix(parsing: "0.0.0.0/0").text == "0.0.0.0/0")
        #expect(try !Prefix(parsing: "0.0.0.0/0").contains(try #require(IPAddress(text: "::1"))))
    }
}

@Suite struct PatternMatcherTests {
    @Test(arguments: [
        ("/a/b", "/a/b", true), ("/a/b", "/a/bc", false), ("/a/*", "/a/b", true),
        ("/a/*", "/a/", false), ("/a/*", "/a/b/c", false), ("/a/**", "/a/b/c", true),
        ("/a/**", "/a/", false), ("/p/<int>/x", "/p/12/x", true), ("/p/<int>/x", "/p/1a/x", false),
        ("/p/<int>/x", "/p//x", false), ("/<hex>.o", "/fF0.o", true), ("/<hex>.o", "/g.o", false),
        ("/<uuid>", "/01234567-89ab-cdef-0123-456789abcdef", true),
        ("/<uuid>", "/01234567-89ab-cdef-0123-456789abcde", false),
        ("/*.log", "/a.log.log", true), ("/**/x", "/x/x", true), ("/**/x", "/x", false),
        ("/\\*", "/*", true), ("/\\*", "/a", false), ("/é", "/é", true),
        ("/\\xff", "/\u{ff}", false),
        ("/<int><int>", "/1", false), ("/<int><int>", "/12", true), ("/*a*", "/xay", true),
    ])
    func matches(_ pattern: String, _ path: String, _ expected: Bool) throws {
        #expect(try PatternMatcher(PathPattern(parsing: pattern)).matches(path.utf8) == expected)
    }

    @Test(arguments: [
        ("/etc/*", "/etc/shadow", true), ("/etc/*.conf", "/etc/shadow", false),
        ("/proc/<int>/stat", "/proc/*/mem", false), ("/proc/<int>/*", "/proc/*/mem", true),
        ("/**", "/var/run/docker.sock", true), ("/tmp/*", "/etc/**", false),
        ("/a/<int>", "/a/<hex>", true), ("/a/<int>x", "/a/<hex>", false),
    ])
    func overlaps(_ a: String, _ b: String, _ expected: Bool) throws {
        let left = PatternMatcher(try PathPattern(parsing: a))
        let right = PatternMatcher(try PathPattern(parsing: b))
        #expect(left.overlaps(right) == expected)
        #expect(right.overlaps(left) == expected)
    }
}
