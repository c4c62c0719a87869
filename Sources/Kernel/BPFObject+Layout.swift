internal import CLibbpf

/// How the compiler laid out a struct of a BPF object, as the object's BTF says.
public struct BTFStruct: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public var name: String
        /// Bytes from the struct's beginning.
        public var offset: Int
        /// Bytes; 0 where the kernel's BTF has none for the type.
        public var size: Int
    }

    /// Bytes.
    public var size: Int
    public var fields: [Field]
}

extension BPFObject {
    /// The layout of a struct that the object's programs use; nil where its BTF has none.
    public func layout(of name: String) -> BTFStruct? {
        guard let types = unsafe bpf_object__btf(object) else { return nil }
        let id = unsafe btf__find_by_name_kind(types, name, UInt32(BTF_KIND_STRUCT))
        guard id > 0, let type = unsafe btf__type_by_id(types, UInt32(id)) else { return nil }
        let count = unsafe Int(loadline_btf_field_count(type))
        let fields = (0..<count).map { index in
            var field = unsafe loadline_btf_field()
            unsafe loadline_btf_field_at(types, type, UInt32(index), &field)
            return unsafe BTFStruct.Field(
                name: field.name.map { unsafe String(cString: $0) } ?? "",
                offset: Int(field.bit_offset / 8), size: Int(clamping: field.size))
        }
        return unsafe BTFStruct(size: Int(type.pointee.size), fields: fields)
    }
}
