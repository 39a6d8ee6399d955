using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Rules.Distribution;
using TrainingDoctor.Rules.Faults;
using TrainingDoctor.Rules.Generalization;
using TrainingDoctor.Rules.Gradients;
using TrainingDoctor.Rules.Inputs;
using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Rules.Operation;
using TrainingDoctor.Rules.Optimization;
using TrainingDoctor.Rules.Structure;
using TrainingDoctor.Rules.Tasks;

namespace TrainingDoctor;

/// <summary>Every rule there is, listed explicitly, in the order of their IDs.</summary>
public static class RuleCatalog
{
    /// <summary>Gets all rules.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        .. FaultRules.All,
        .. InputRules.All,
        .. GradientRules.All,
        .. ActivationRules.All,
        .. LossRules.All,
        .. OptimizationRules.All,
        .. GeneralizationRules.All,
        .. StructureRules.All,
        .. DistributionRules.All,
        .. OperationRules.All,
        .. TaskRules.All,
    ];

    /// <summary>Finds a rule by ID or name, in any case.</summary>
    /// <param name="idOrName">E.g. <c>TD3001</c> or <c>dead-units</c>.</param>
    /// <returns>The rule, or null.</returns>
    public static RuleEntry? Find(string idOrName) => All.FirstOrDefault(entry =>
        string.Equals(entry.Descriptor.Id, idOrName, StringComparison.OrdinalIgnoreCase)
        || string.Equals(entry.Descriptor.Name, idOrName, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes every rule with default options.</summary>
    public static IReadOnlyList<Rule> CreateDefault() => [.. All.Select(entry => entry.CreateDefault())];
}
