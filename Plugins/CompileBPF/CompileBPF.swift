import Foundation
import PackagePlugin

/// Compiles every `bpf/*.bpf.c` with the Swift toolchain's clang, drops the DWARF
/// (the BTF stays) and turns each object into a Swift source of the target.
@main
struct CompileBPF: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) async throws -> [Command] {
        let root = context.package.directoryURL
        let sources = root.appending(path: "bpf")
        let abi = root.appending(path: "Sources/SensorABI/include")
        let clang = try context.tool(named: "clang").url
        let objcopy = try context.tool(named: "llvm-objcopy").url
        let embed = try context.tool(named: "EmbedObject").url
        let files = try FileManager.default.contentsOfDirectory(
            at: sources, includingPropertiesForKeys: nil)
        let headers =
            files.filter { $0.pathExtension == "h" }
            + [
                "loadline_abi.h", "loadline_acts_abi.h", "loadline_pins_abi.h",
                "loadline_policy_abi.h", "loadline_starts_abi.h",
            ].map { abi.appending(path: $0) }
        return files.filter { $0.lastPathComponent.hasSuffix(".bpf.c") }.flatMap { source in
            let name = source.lastPathComponent.replacing(".bpf.c", with: "")
            let debug = context.pluginWorkDirectoryURL.appending(path: "\(name).debug.o")
            let object = context.pluginWorkDirectoryURL.appending(path: "\(name).o")
            let swift = context.pluginWorkDirectoryURL.appending(path: "\(name)Object.swift")
            return [
                Command.buildCommand(
                    displayName: "Compiling \(source.lastPathComponent)",
                    executable: clang,
                    arguments: [
                        "-target", "bpf", "-mcpu=v3", "-O2", "-g", "-std=gnu11",
                        "-Wall", "-Werror", "-Wno-unused-function", "-D__TARGET_ARCH_x86",
                        "-I", sources.path, "-I", abi.path,
                        "-isystem", "/usr/include/x86_64-linux-gnu",
                        "-c", source.path, "-o", debug.path,
                    ],
                    inputFiles: [source] + headers, outputFiles: [debug]),
                .buildCommand(
                    displayName: "Stripping \(name).o",
                    executable: objcopy,
                    arguments: ["--strip-debug", debug.path, object.path],
                    inputFiles: [debug], outputFiles: [object]),
                .buildCommand(
                    displayName: "Embedding \(name).o",
                    executable: embed,
                    arguments: [object.path, swift.path, name],
                    inputFiles: [object], outputFiles: [swift]),
            ]
        }
    }
}
