/// The names of CLONE_NEW* in `flags`, in order of their bits.
func namespaceNames(_ flags: UInt32) -> [String] {
    let names: [(UInt32, String)] = [
        (0x80, "time"), (0x0002_0000, "mnt"), (0x0200_0000, "cgroup"), (0x0400_0000, "uts"),
        (0x0800_0000, "ipc"), (0x1000_0000, "user"), (0x2000_0000, "pid"), (0x4000_0000, "net"),
    ]
    return names.filter { flags & $0.0 != 0 }.map(\.1)
}
