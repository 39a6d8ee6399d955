using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TrainingDoctor.Rules.Engine;

/// <summary>
/// Statuses that say the same are one object. A report keeps what came of each rule, and of ten thousand runs most rules say the same: without this, the
/// statuses are two thirds of what a report keeps.
/// </summary>
internal static class SharedStatuses
{
    /// <summary>Reasons may hold a run's own numbers and names, of which there is no end.</summary>
    private const int MostKept = 8192;

    private static readonly ConcurrentDictionary<RuleStatus, RuleStatus> Kept = new(new SaysTheSame());

    /// <summary>Returns a status that was made before and says the same, or this one.</summary>
    /// <param name="status">What came of a rule.</param>
    public static RuleStatus Of(RuleStatus status) =>
        Kept.TryGetValue(status, out var same) ? same : Kept.Count < MostKept ? Kept.GetOrAdd(status, status) : status;

    /// <summary>The same rule, by identity since two programs' rules may share all their words, the same template, the same values.</summary>
    private sealed class SaysTheSame : IEqualityComparer<RuleStatus>
    {
        public bool Equals(RuleStatus? one, RuleStatus? other) =>
            one is not null && other is not null && ReferenceEquals(one.Rule, other.Rule) && one.Outcome == other.Outcome
            && one.Reason?.Template == other.Reason?.Template && Equals(one.Reason, other.Reason);

        public int GetHashCode([DisallowNull] RuleStatus status) => HashCode.Combine(RuntimeHelpers.GetHashCode(status.Rule), status.Outcome, status.Reason);
    }
}
