namespace TrainingDoctor.Readers;

/// <summary>Names numbers of a record whose own words say too little, by what stands beside them.</summary>
internal static class ImpliedNames
{
    /// <summary>Puts names where they are implied.</summary>
    /// <param name="numbers">The numbers of one record; changed in place.</param>
    /// <param name="roles">What words mean.</param>
    /// <param name="facts">What is known of the log; takes doubts.</param>
    public static void Put(List<LabelledNumber> numbers, TextRoles roles, LogFacts facts)
    {
        NameLetters(numbers, roles, facts);
        NameValue(numbers, roles);
        NameScoreOfEpisode(numbers, roles);
        NameOnlyMeasurement(numbers, facts);
    }

    /// <summary>Letters stand for what formulas write with them: <c>i = 5/100, loss = 2.3</c>, <c>n=1 L=0.5</c>, <c>g 1.3 d 0.4</c>.</summary>
    private static void NameLetters(List<LabelledNumber> numbers, TextRoles roles, LogFacts facts)
    {
        int generator = numbers.FindIndex(number => IsPlayer(number, "g"));
        int discriminator = numbers.FindIndex(number => IsPlayer(number, "d"));
        if (generator >= 0 && discriminator >= 0)
        {
            numbers[generator] = numbers[generator] with { Label = LossOf(numbers[generator].Label, "g_loss") };
            numbers[discriminator] = numbers[discriminator] with { Label = LossOf(numbers[discriminator].Label, "d_loss") };
        }

        int loss = numbers.FindIndex(number => number is { Label: "L" or "J", IsAssigned: true, Total: 0 });
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
            numbers[loss] = numbers[loss] with { Label = "loss" };
        }
    }

    /// <summary><c>g</c>, <c>G</c>, <c>g_trn_l</c>: a player of an adversarial training, with a phase at most.</summary>
    private static bool IsPlayer(LabelledNumber number, string letter) => number.Label.Length is > 0 and < 12 && number.Total == 0 && ColumnName.Words(number.Label) is { Count: > 0 and < 4 } words && words[0] == letter
        && words.Skip(1).All(word => word == "l" || RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown);

    private static string LossOf(string label, string name) =>
        ColumnName.Words(label).Exists(word => RoleLexicon.PhaseOf(word) is ColumnPhase.Validation or ColumnPhase.Test) ? "val_" + name : name;

    /// <summary>Optimisers print the value of what they minimise as that: <c>iter  10 value 123.4</c>.</summary>
    private static void NameValue(List<LabelledNumber> numbers, TextRoles roles)
    {
        int value = numbers.FindIndex(number => number.Label is "f" or "value" or "fval" or "objective value" or "function value");
        if (value >= 0 && !numbers.Exists(number => roles.Of(number.Label).Kind == RoleKind.Metric) && numbers.Exists(number => roles.Of(number.Label).Kind == RoleKind.Step))
        {
            numbers[value] = numbers[value] with { Label = "loss value" };
        }
    }

    /// <summary>The one number without a name behind a counter and the percentage done is the loss: <c>0m 37s (- 8m 47s) (5000 6%) 2.8537</c>.</summary>
    private static void NameOnlyMeasurement(List<LabelledNumber> numbers, LogFacts facts)
    {
        if (numbers is [{ Label.Length: 0, Total: 0 } counter, { Label.Length: 0, Total: 0, IsPercent: true } share, { Label.Length: 0, Total: 0, IsPercent: false } only] && counter.Value == Math.Floor(counter.Value) && counter.Value > 1
            && share.Value is >= 0 and <= 100 && share.Start - counter.End <= 2 && only.Value != Math.Floor(only.Value))
        {
            numbers[0] = counter with { Label = "step", IsAssigned = true };
            numbers[1] = share with { Label = "progress" };
            numbers[2] = only with { Label = "loss", IsAssigned = true };
            facts.Doubt("loss", "the loss: a number without a name behind a counter");
        }
    }

    /// <summary>What an agent scores in an episode is its reward: <c>episode: 10/1000, score: 25</c>.</summary>
    private static void NameScoreOfEpisode(List<LabelledNumber> numbers, TextRoles roles)
    {
        int score = numbers.FindIndex(number => number.Aside == NumberAside.None && ColumnName.Words(number.Label) is [.., "score"] or [.., "scores"]);
        if (score >= 0 && numbers.Exists(number => LearningTask.IsOfEpisodes(number.Label) && roles.Of(number.Label).Kind == RoleKind.Step) && !numbers.Exists(number => roles.Of(number.Label) is { Kind: RoleKind.Metric, Metric: Metric.Reward }))
        {
            numbers[score] = numbers[score] with { Label = "episode reward" };
        }
    }
}
