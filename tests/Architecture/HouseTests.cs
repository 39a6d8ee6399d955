namespace TrainingDoctor.Tests;

/// <summary>The rooms of <see cref="Plan"/> are those of the house, and its arrows run one way.</summary>
public class HouseTests
{
    [Fact]
    public void EveryRoomStandsInThePlan() =>
        Assert.Equal(SourceFile.All.Select(file => Room.NameOf(file.Path)).Distinct().Order(StringComparer.Ordinal), Plan.Rooms.Select(room => room.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void NoRoomUsesWhatThePlanDoesNotAllow() =>
        Faults.None(House.Arrows.Where(arrow => !Plan.Allows(arrow.Key.From, arrow.Key.To)).Select(arrow => $"{arrow.Key.From} -> {arrow.Key.To}: {arrow.Value}").Order(StringComparer.Ordinal));

    /// <summary>What every rule may use counts as used where one family does.</summary>
    [Fact]
    public void ThePlanAllowsNoMoreThanIsUsed()
    {
        var families = Plan.Families.Select(room => room.Name).ToHashSet();
        var unused = Plan.Rooms.Where(room => !families.Contains(room.Name)).SelectMany(room => room.Uses.Where(used => !House.Arrows.ContainsKey((room.Name, used))).Select(used => $"{room.Name} -> {used}"))
            .Concat(Plan.Families.First().Uses.Where(used => !families.Any(family => House.Arrows.ContainsKey((family, used)))).Select(used => $"rules -> {used}"))
            .Concat(Plan.Between.SelectMany(pair => pair.Value.Where(used => !House.Arrows.Keys.Any(arrow => arrow.To == used && arrow.From.Split('/')[0] == pair.Key.From)).Select(used => $"{pair.Key.From} -> {used}")));
        Faults.None(unused);
    }

    /// <summary>Each room uses only rooms that stand before it in the plan: no circle can be drawn.</summary>
    [Fact]
    public void ArrowsRunOneWay()
    {
        var places = Plan.Rooms.Select((room, index) => (room.Name, index)).ToDictionary(pair => pair.Name, pair => pair.index);
        Assert.All(Plan.Rooms, room => Assert.All(room.Uses, used => Assert.True(places[used] < places[room.Name], $"{room.Name} -> {used}")));
        var projects = SourceFile.Projects.ToList();
        Assert.All(Plan.Between.Keys, pair => Assert.True(projects.IndexOf(pair.To) < projects.IndexOf(pair.From)));
    }

    [Fact]
    public void NamespacesAreFolders() =>
        Faults.None(SourceFile.All.Where(file => file.Namespace is { } space && !Plan.NamespacesOf(file).Contains(space)).Select(file => $"{file.Path}: {file.Namespace} instead of {Plan.NamespacesOf(file).First()}"));
}
