namespace TrainingDoctor.Readers.Roles;

/// <summary>The roles that <c>--map</c> takes.</summary>
internal static class RoleNames
{
    private static readonly Dictionary<string, Metric> Short = new()
    {
        ["train_loss"] = Metric.Loss,
        ["training_loss"] = Metric.Loss,
        ["val_loss"] = Metric.ValidationLoss,
        ["val_accuracy"] = Metric.ValidationAccuracy,
        ["val_error"] = Metric.ValidationError,
        ["lr"] = Metric.LearningRate,
        ["grad_norm"] = Metric.GlobalGradientNorm,
        ["gradient_norm"] = Metric.GlobalGradientNorm,
    };

    /// <summary>Gets the roles, for messages.</summary>
    public static string All => "step, epoch, " + string.Join(", ", MetricCatalog.All.Where(IsRole).Select(info => info.Name));

    public static bool TryParse(string role, out Metric metric) =>
        Short.TryGetValue(role, out metric) || (MetricCatalog.TryParse(role, out metric) && IsRole(MetricCatalog.Describe(metric)));

    // The time of a step is of use where the logs of several ranks are compared.
    private static bool IsRole(MetricInfo info) => info.Scope == ScopeKind.Run || info.Metric == Metric.StepDuration;

    /// <summary>Checks what the user asked for.</summary>
    /// <exception cref="ArgumentException">A role is none.</exception>
    public static void Check(IReadOnlyDictionary<string, string> roles)
    {
        foreach (string role in roles.Keys)
        {
            if (role is not ("step" or "epoch") && !TryParse(role, out _))
            {
                throw new ArgumentException($"'{role}' is no role; the roles are {All}.", nameof(roles));
            }
        }
    }
}
