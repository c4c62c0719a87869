/// A whole executable of two system calls, made byte by byte: it writes a token and exits. It
/// needs no library and no file, so its output shows that its first instructions ran, and
/// nothing but the exec itself can stop it.
public enum TinyProgram {
    /// - Throws: on a processor whose instructions are not known here.
    public static func elf(printing token: String) throws -> [UInt8] {
        #if arch(x86_64)
            let base: UInt64 = 0x400000
            let headers = 64 + 56
            let codeLength = 33
            let message = Array(token.utf8)
            let messageAddress = UInt32(base) + UInt32(headers + codeLength)
            var code: [UInt8] = [0xb8, 1, 0, 0, 0]  // mov eax, write
            code += [0xbf, 1, 0, 0, 0]  // mov edi, 1
            code += [0xbe] + little(messageAddress)  // mov esi, message
            code += [0xba] + little(UInt32(message.count))  // mov edx, length
            code += [0x0f, 0x05]  // syscall
            code += [0xb8, 60, 0, 0, 0]  // mov eax, exit
            code += [0x31, 0xff]  // xor edi, edi
            code += [0x0f, 0x05]  // syscall
            code += [0x0f, 0x0b]  // never reached
            let size = UInt64(headers + code.count + message.count)

            var elf: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9)
            elf += little(UInt16(2)) + little(UInt16(62)) + little(UInt32(1))
            elf += little(base + UInt64(headers)) + little(UInt64(64)) + little(UInt64(0))
            elf += little(UInt32(0)) + little(UInt16(64)) + little(UInt16(56)) + little(UInt16(1))
            elf += little(UInt16(64)) + little(UInt16(0)) + little(UInt16(0))
            // One segment, readable and executable.
            elf += little(UInt32(1)) + little(UInt32(5)) + little(UInt64(0))
            elf += little(base) + little(base) + little(size) + little(size) + little(UInt64(4096))
            return elf + code + message
        #else
            throw HarnessError("the tiny test program is written for x86-64 only")
        #endif
    }

    public static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func little<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> Word($0 * 8)) }
    }
}
