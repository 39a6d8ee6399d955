using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Arguments;

/// <summary>A rule named on the command line.</summary>
internal static class RuleArgument
{
    /// <summary>Finds the rule, or says which name is nearest.</summary>
    /// <param name="idOrName">What the user wrote.</param>
    /// <exception cref="UsageException">There is no such rule.</exception>
    public static RuleEntry Find(string idOrName) => RuleCatalog.Find(idOrName) ?? throw new UsageException(
        $"unknown rule '{idOrName}'; did you mean {NearestName.Suggest(idOrName, RuleCatalog.All.SelectMany(entry => new[] { entry.Descriptor.Name, entry.Descriptor.Id }))}? 'traindoctor rules' lists all.");
}
