using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Names of one or two letters, which only what stands beside them tells the meaning of.</summary>
internal static class LetterNames
{
    private static readonly (char Letter, string Measured)[] Measured = [('l', "loss"), ('a', "acc")];

    /// <summary>Puts names where letters stand for them.</summary>
    /// <param name="numbers">The numbers of one record; changed in place.</param>
    /// <param name="roles">What words mean.</param>
    /// <param name="facts">What is known of the log; takes doubts.</param>
    public static void Put(List<LabelledNumber> numbers, TextRoles roles, LogFacts facts)
    {
        NameCounters(numbers, roles, facts);
        NameTotal(numbers, facts);
        NameFormula(numbers, roles, facts);
        NameLettersOfPhases(numbers, facts);
    }

    /// <summary><c>S: 500 | E: 1 | R: 30.5</c>, <c>E: 1 B: 20 L: 2.3</c>: letters that count stand for an epoch or an episode, a step or a batch, beside one that measures; beside a precision, R is a recall.</summary>
    private static void NameCounters(List<LabelledNumber> numbers, TextRoles roles, LogFacts facts)
    {
        int loss = numbers.FindIndex(number => IsLetter(number, "l"));
        int reward = numbers.Exists(number => IsLetter(number, "p")) ? -1 : numbers.FindIndex(number => IsLetter(number, "r"));
        int epoch = numbers.FindIndex(number => IsCount(number, "e"));
        int step = numbers.FindIndex(number => IsCount(number, "s") || IsCount(number, "b") || IsCount(number, "i") || IsCount(number, "t"));
        if ((loss < 0 && reward < 0) || epoch < 0 || step < 0 || numbers.Exists(number => roles.Of(number.Label).Kind is RoleKind.Metric or RoleKind.Step or RoleKind.Epoch))
        {
            return;
        }

        facts.Doubt(numbers[step].Label, "the step, which is written with one letter");
        numbers[step] = numbers[step] with { Label = "step" };
        if (reward >= 0)
        {
            facts.Doubt(numbers[reward].Label, "the reward, beside an episode that is written with one letter too");
            numbers[epoch] = numbers[epoch] with { Label = "episodes" };
            numbers[reward] = numbers[reward] with { Label = "episode reward", IsAssigned = true };
        }
        else
        {
            facts.Doubt(numbers[epoch].Label, "the epoch, which is written with one letter");
            numbers[epoch] = numbers[epoch] with { Label = "epoch" };
        }
    }

    /// <summary><c>B: 5.1 | C: 12.3 | M: 4.2 | T: 21.6</c>: the last of several letters that is the sum of those before it is the total of a loss.</summary>
    private static void NameTotal(List<LabelledNumber> numbers, LogFacts facts)
    {
        int total = numbers.FindLastIndex(number => IsLetter(number, "t"));
        if (total > 1 && numbers.Take(total).Where(number => number.Label.Length == 1 && IsLetter(number, number.Label)).ToList() is { Count: > 1 } parts
            && parts.TrueForAll(part => part.Value >= 0 && part.IsAssigned) && Math.Abs(parts.Sum(part => part.Value) - numbers[total].Value) <= 0.01 * numbers[total].Value)
        {
            facts.Doubt(numbers[total].Label, "the total of a loss: the sum of the numbers before it");
            numbers[total] = numbers[total] with { Label = "total loss", IsAssigned = true };
        }
    }

    private static bool IsLetter(LabelledNumber number, string letter) => number is { Label.Length: 1, Aside: NumberAside.None, IsAssigned: true } && number.Label.Equals(letter, StringComparison.OrdinalIgnoreCase);

    private static bool IsCount(LabelledNumber number, string letter) => IsLetter(number, letter) && number.Value >= 0 && number.Value == Math.Floor(number.Value);

    /// <summary>Letters stand for what formulas write with them: <c>i = 5/100, loss = 2.3</c>, <c>n=1 L=0.5</c>, <c>g 1.3 d 0.4</c>.</summary>
    private static void NameFormula(List<LabelledNumber> numbers, TextRoles roles, LogFacts facts)
    {
        int generator = numbers.FindIndex(number => IsPlayer(number, "g"));
        int discriminator = numbers.FindIndex(number => IsPlayer(number, "d"));
        if (generator >= 0 && discriminator >= 0)
        {
            numbers[generator] = numbers[generator] with { Label = LossOf(numbers[generator].Label, "g_loss") };
            numbers[discriminator] = numbers[discriminator] with { Label = LossOf(numbers[discriminator].Label, "d_loss") };
        }

        NamePhases(numbers, facts);
        int score = numbers.FindIndex(number => number is { Label: "A" or "a", Total: 0, Aside: NumberAside.None } && (number.IsPercent || number.Value is >= 0 and <= 1));
        int loss = numbers.FindIndex(number => number is { Label: "L" or "J" or "l", Total: 0, Aside: NumberAside.None } && (score >= 0 || (number.IsAssigned && number.Label != "l")));
        bool isMeasured = loss >= 0 || numbers.Exists(number => roles.Of(number.Label).Kind == RoleKind.Metric);
        int counter = numbers.FindIndex(number => number.Label is "i" or "n" or "k" or "t" && number.IsAssigned && number.Value == Math.Floor(number.Value));
        bool isCounted = numbers.Exists(number => roles.Of(number.Label).Kind == RoleKind.Step);
        if (isMeasured && !isCounted && counter >= 0 && (counter == 0 || numbers[counter].Total > 0))
        {
            numbers[counter] = numbers[counter] with { Label = "step" };
            isCounted = true;
        }

        if (loss >= 0 && (isCounted || numbers.Exists(number => number.IsBareCounter || roles.Of(number.Label).Kind == RoleKind.Epoch))
            && !numbers.Exists(number => roles.Of(number.Label) is { Kind: RoleKind.Metric, Metric: Metric.Loss }))
        {
            facts.Doubt(numbers[loss].Label, "the loss, which formulas write with this letter");
            numbers[loss] = numbers[loss] with { Label = "loss", IsAssigned = true };
            if (score >= 0)
            {
                facts.Doubt(numbers[score].Label, "the accuracy, beside a loss that is written with one letter too");
                numbers[score] = numbers[score] with { Label = "acc", IsAssigned = true };
            }
        }
    }

    /// <summary><c>g</c>, <c>G</c>, <c>g_trn_l</c>: a player of an adversarial training, with a phase at most.</summary>
    private static bool IsPlayer(LabelledNumber number, string letter) => number.Label.Length is > 0 and < 12 && number.Total == 0 && ColumnName.Words(number.Label) is { Count: > 0 and < 4 } words && words[0] == letter
        && words.Skip(1).All(word => word == "l" || RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown);

    private static string LossOf(string label, string name) =>
        ColumnName.Words(label).Exists(word => RoleLexicon.PhaseOf(word) is ColumnPhase.Validation or ColumnPhase.Test) ? "val_" + name : name;

    /// <summary><c>tl: 0.5, vl: 0.6, ta: 0.9, va: 0.8</c>: the first letter is the phase's, the second that of what is measured, where both phases are told.</summary>
    private static void NamePhases(List<LabelledNumber> numbers, LogFacts facts)
    {
        foreach (var (letter, measured) in Measured)
        {
            int train = numbers.FindIndex(number => IsOfPhase(number, 't', letter));
            int val = numbers.FindIndex(number => IsOfPhase(number, 'v', letter));
            if (train >= 0 && val >= 0)
            {
                foreach (var (at, phase) in new[] { (train, "train"), (val, "val") })
                {
                    facts.Doubt($"{phase} {measured}", $"the {measured}, which is written as '{numbers[at].Label}'");
                    numbers[at] = numbers[at] with { Label = $"{phase} {measured}", IsAssigned = true };
                }
            }
        }
    }

    private static bool IsOfPhase(LabelledNumber number, char phase, char letter) => number is { Label.Length: 2, Total: 0, Aside: NumberAside.None } && char.ToLowerInvariant(number.Label[0]) == phase && char.ToLowerInvariant(number.Label[1]) == letter;

    /// <summary><c>E(train)=2.3 E(valid)=2.2</c>: what formulas write with a letter, once for each phase.</summary>
    private static void NameLettersOfPhases(List<LabelledNumber> numbers, LogFacts facts)
    {
        if (numbers.Select(PhaseOfLetter).Where(phase => phase.Length > 0).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            for (int i = 0; i < numbers.Count; i++)
            {
                if (PhaseOfLetter(numbers[i]) is { Length: > 0 } phase)
                {
                    facts.Doubt($"{phase} loss", $"the loss, which is written as '{numbers[i].Label}'");
                    numbers[i] = numbers[i] with { Label = $"{phase} loss" };
                }
            }
        }
    }

    /// <summary>Gets the word for the phase of a number that is named by a letter and a phase; empty for others.</summary>
    private static string PhaseOfLetter(LabelledNumber number) => number.Label.Length is > 2 and < 14 && number.Total == 0 && ColumnName.Words(number.Label) is ["e" or "l" or "j", var phase] && RoleLexicon.PhaseOf(phase) != ColumnPhase.Unknown ? phase : string.Empty;
}
