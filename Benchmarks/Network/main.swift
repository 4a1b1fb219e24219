import Foundation
import MammoCompute
import MammoNet
let a = CommandLine.arguments
let n = Int(a[1])!, h = Int(a[2])!, w = Int(a[3])!, runs = Int(a[4])!, threads = a.count > 5 ? Int(a[5])! : 2
let device = CPUDevice(threads: threads, kernels: a.count > 6 ? try CPUKernels.named(a[6]) : CPUKernels.available[0])
let depths = [3,3,9,3], widths = [96,192,384,768]
func count(_ name: String) -> Int {
    let p = name.split(separator: ".")
    if p[0] == "classifier" { return p[1] == "0" ? 768 : p[2] == "weight" ? 768 : 1 }
    let f = Int(p[1])!
    if f == 0 { return p[2] == "0" && p[3] == "weight" ? 96*48 : 96 }
    if f % 2 == 0 { let c = widths[f/2-1]; return p[2] == "0" ? c : p[3] == "weight" ? 8*c*c : 2*c }
    let c = widths[f/2]
    if p[3] == "layer_scale" { return c }
    switch (p[4], p[5]) { case ("0","weight"): return 49*c; case ("3","weight"),("5","weight"): return 4*c*c; case ("3","bias"): return 4*c; default: return c }
}
var seed: UInt32 = 1
let net = try ConvNeXt(device: device, depths: depths, widths: widths, outputs: 1) { name in
    (0..<count(name)).map { _ in seed = seed &* 1664525 &+ 1013904223; return (Float(seed >> 8) / Float(1<<24) - 0.5) * 0.1 } }
let input = try device.tensor([Float](repeating: 0.5, count: n*h*w*3), Shape(images: n, rows: h, columns: w, channels: 3))
var times: [Double] = []
let flops = 2 * 4.4548e9 * Double(n*h*w) / 50176
for r in 0...runs {
    var last = DispatchTime.now().uptimeNanoseconds; let start = last; var parts: [String] = []
    let out = try net.logits(input) { k, _ in let t = DispatchTime.now().uptimeNanoseconds; parts.append(String(format: "%d:%.0fms", k, Double(t-last)/1e6)); last = t }
    let s = Double(DispatchTime.now().uptimeNanoseconds - start)/1e9
    if r > 0 { times.append(s) } else { print(device.read(out)) }
    if r == runs { print(parts.joined(separator: " ")) }
}
times.sort()
print(device.name, String(format: "%.3f s median, min %.3f  %.1f GFLOP/s", times[times.count/2], times[0], flops/times[times.count/2]/1e9))
var usage = rusage(); getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage); print("peak MB", usage.ru_maxrss/1024, "user s", usage.ru_utime.tv_sec)
