internal import CLibbpf

/// FNV-1a over bytes: tells one build from another. It proves nothing against somebody who wants
/// two to look alike.
public struct Fingerprint: Sendable {
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    public mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    mutating func add(_ text: String) { add(text.utf8) }

    /// 16 digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension BPFObject {
    /// What two objects have in common that can share maps: how each map is made, and how what
    /// lies in it is laid out.
    public var layout: Fingerprint {
        var fingerprint = Fingerprint()
        guard let types = unsafe bpf_object__btf(object) else { return fingerprint }
        var map = unsafe bpf_object__next_map(object, nil)
        while let next = unsafe map {
            let name = unsafe String(cString: bpf_map__name(next))
            if !name.contains(".rodata") {
                fingerprint.add(unsafe Self.shape(of: next, name))
                let value = unsafe bpf_map__btf_value_type_id(next)
                fingerprint.add(unsafe Self.fields(of: value, in: types))
                fingerprint.add(unsafe Self.fields(of: bpf_map__btf_key_type_id(next), in: types))
            }
            unsafe map = bpf_object__next_map(object, next)
        }
        for section in [".bss", ".data"] {
            fingerprint.add(unsafe Self.variables(of: section, in: types))
        }
        return fingerprint
    }

    private static func shape(of map: OpaquePointer, _ name: String) -> String {
        unsafe "\(name) \(bpf_map__type(map).rawValue) \(bpf_map__key_size(map)) "
            + "\(bpf_map__value_size(map)) \(bpf_map__max_entries(map)) \(bpf_map__map_flags(map))\n"
    }

    private static func fields(of id: UInt32, in types: OpaquePointer) -> String {
        guard let type = unsafe btf__type_by_id(types, id), unsafe loadline_btf_is_struct(type) != 0
        else { return "" }
        var text = ""
        let count = unsafe loadline_btf_field_count(type)
        for index in 0..<count {
            var field = unsafe loadline_btf_field()
            unsafe loadline_btf_field_at(types, type, index, &field)
            let name = unsafe field.name.map { unsafe String(cString: $0) } ?? ""
            text += unsafe "  \(name) \(field.bit_offset) \(field.size)\n"
        }
        return text
    }

    private static func variables(of section: String, in types: OpaquePointer) -> String {
        let id = unsafe btf__find_by_name_kind(types, section, 15 /* BTF_KIND_DATASEC */)
        guard id > 0, let type = unsafe btf__type_by_id(types, UInt32(id)) else { return "" }
        var text = section
        let count = unsafe loadline_btf_field_count(type)
        for index in 0..<count {
            var variable = unsafe loadline_btf_variable()
            unsafe loadline_btf_variable_at(types, type, index, &variable)
            let name = unsafe variable.name.map { unsafe String(cString: $0) } ?? ""
            text += unsafe "  \(name) \(variable.offset) \(variable.size)\n"
        }
        return text
    }
}
