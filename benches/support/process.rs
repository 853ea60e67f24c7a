//! What the running process has used, from Linux's `/proc`; zeros on other systems.

use std::fs;

/// Returns the seconds of all living threads on a core, user and system.
///
/// `/proc/self/task/*/schedstat` counts nanoseconds; `/proc/self/stat` only hundredths of a second.
pub(crate) fn cpu_seconds() -> f64 {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return 0.0 };
    let nanoseconds: u64 = tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("schedstat")).ok())
        .filter_map(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .sum();
    std::time::Duration::from_nanos(nanoseconds).as_secs_f64()
}

/// Returns the most memory the process has held at once, in megabytes (10^6 bytes).
pub(crate) fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: u32 = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0);
    f64::from(kibibytes) * 1024.0 / 1e6
}

/// Forgets the peak so far; without leave to do so it stands.
pub(crate) fn reset_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}
