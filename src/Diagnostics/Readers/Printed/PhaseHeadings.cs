using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Lines of nothing but a phase and where it was: <c>Validation Epoch 3</c>, <c>***** Eval results 500 *****</c>. Lines below them are of that phase.</summary>
internal static class PhaseHeadings
{
    /// <summary>Gets the phase that a line heads; unknown where it says anything else.</summary>
    /// <param name="line">The line.</param>
    /// <param name="numbers">Its numbers.</param>
    /// <param name="roles">What words mean.</param>
    public static ColumnPhase PhaseOf(string line, List<LabelledNumber> numbers, TextRoles roles)
    {
        if (numbers is not [{ Aside: NumberAside.None } place] || ColumnName.Words(place.Label) is not [var word, var counted] || !(roles.Of(place.Label).Kind == RoleKind.Epoch || counted is "results" or "result"))
        {
            return ColumnPhase.Unknown;
        }

        var said = LinePrefix.WithoutTime(LinePrefix.Remove(line)).AsSpan().Trim(" \t=-*#[]:");
        var number = line.AsSpan(place.Start, place.End - place.Start);
        bool isAlone = said.StartsWith(place.Label) && said.EndsWith(number) && said.Length <= place.Label.Length + number.Length + 2;
        return isAlone ? RoleLexicon.PhaseOf(word) : ColumnPhase.Unknown;
    }
}
