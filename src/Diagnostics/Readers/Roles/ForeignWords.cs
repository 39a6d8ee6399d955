using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers;

/// <summary>The words of training in the languages whose speakers log in them, put into English; Chinese, Japanese and Korean write them without spaces.</summary>
internal static partial class ForeignWords
{
    /// <summary>The first character beyond alphabets: of the radicals of Chinese and Japanese.</summary>
    private const char FirstIdeograph = '\u2E80';

    /// <summary>The shortest word that two may be joined in.</summary>
    private const int ShortestCompound = 8;

    /// <summary>Longer words come before those that they contain.</summary>
    private static readonly (string Word, string English)[] Glossary =
    [
        ("学习率", "lr"), ("學習率", "lr"), ("学習率", "lr"), ("학습률", "lr"),
        ("训练", "train"), ("訓練", "train"), ("学習", "train"), ("학습", "train"), ("훈련", "train"),
        ("验证", "val"), ("驗證", "val"), ("検証", "val"), ("검증", "val"),
        ("测试", "test"), ("測試", "test"), ("テスト", "test"), ("테스트", "test"),
        ("损失", "loss"), ("損失", "loss"), ("손실", "loss"),
        ("准确率", "accuracy"), ("準確率", "accuracy"), ("准确度", "accuracy"), ("正确率", "accuracy"), ("正解率", "accuracy"), ("精度", "accuracy"), ("정확도", "accuracy"),
        ("精确率", "precision"), ("召回率", "recall"), ("再現率", "recall"), ("适合率", "precision"), ("適合率", "precision"), ("재현율", "recall"), ("정밀도", "precision"),
        ("困惑度", "perplexity"), ("误差", "error"), ("誤差", "error"), ("奖励", "reward"), ("報酬", "reward"), ("梯度范数", "grad norm"), ("勾配ノルム", "grad norm"),
        ("轮次", "epoch"), ("周期", "epoch"), ("轮", "epoch"), ("エポック", "epoch"), ("에폭", "epoch"), ("에포크", "epoch"),
        ("步数", "step"), ("步", "step"), ("ステップ", "step"), ("스텝", "step"),
        ("データ", "data"), ("集", "set"), ("の", " "), ("迭代次数", "step"), ("迭代", "step"), ("回合", "episode"), ("代", "epoch"), ("平均", "avg"), ("평균", "avg"), ("当前", "current"), ("总", "total"), ("合計", "total"), ("率", "rate"),
    ];

    /// <summary>Words of alphabets, in lower case: Czech, Dutch, French, German, Indonesian, Italian, Polish, Portuguese, Russian, Spanish, Swedish, Turkish and Ukrainian.</summary>
    private static readonly FrozenDictionary<string, string> Alphabetic = new (string English, string[] Words)[]
    {
        ("epoch", ["époque", "epoque", "epoche", "epochen", "época", "epoca", "épocas", "эпоха", "эпохи", "епоха", "dönem", "epok", "epoka", "epocha", "tijdperk", "الحقبة", "حقبة"]),
        ("loss", ["perte", "pertes", "verlust", "verluste", "perdita", "perdite", "perda", "perdas", "pérdida", "perdida", "pérdidas", "потери", "потеря", "лосс", "втрати", "kayıp", "kayip", "kaybı", "kaybi", "verlies", "förlust", "strata", "ztráta", "الخسارة", "خسارة"]),
        ("train", ["entraînement", "entrainement", "apprentissage", "pelatihan", "addestramento", "treino", "treinamento", "обучение", "обучения", "обучении", "обучающая", "навчання", "entrenamiento", "eğitim", "egitim", "träning", "trening", "treningowa", "trénink"]),
        ("val", ["validierung", "validierungs", "validatie", "validasi", "validazione", "validação", "validacao", "валидация", "валидации", "валидационная", "валідації", "validación", "validacion", "doğrulama", "dogrulama", "validering", "walidacja", "walidacji", "walidacyjna", "validace"]),
        ("test", ["uji", "teste", "тест", "тесте", "prueba"]),
        ("accuracy", ["exactitude", "genauigkeit", "korrektklassifikationsrate", "akurasi", "accuratezza", "acurácia", "acuracia", "точность", "точності", "exactitud", "doğruluk", "dogruluk", "nauwkeurigheid", "noggrannhet", "dokładność", "dokladnosc", "přesnost"]),
        ("precision", ["précision", "precisión", "precisão", "precisione"]),
        ("error", ["erreur", "fehler", "fehlerrate", "errore", "erro", "ошибка", "ошибки", "помилка", "hata", "fel", "błąd", "chyba"]),
        ("lr", ["lernrate", "leerrate", "leersnelheid"]),
    }.SelectMany(entry => entry.Words.Select(word => (word, entry.English))).ToFrozenDictionary(pair => pair.word, pair => pair.English);

    /// <summary>Words between those, as in <c>pérdida de validación</c>.</summary>
    private static readonly FrozenSet<string> Joiners = new[] { "de", "du", "des", "d", "la", "le", "en", "sur", "et", "der", "bei", "auf", "di", "da", "do", "na", "no", "на", "и", "по", "при", "pada" }.ToFrozenSet();

    /// <summary>Puts the words of alphabets that are known into English, in place, and leaves out those between them.</summary>
    /// <param name="words">Words in lower case.</param>
    public static void Translate(List<string> words)
    {
        bool isForeign = false;
        for (int i = 0; i < words.Count; i++)
        {
            if (Alphabetic.TryGetValue(words[i], out string? english))
            {
                words[i] = english;
                isForeign = true;
            }
            else if (words[i].Length > ShortestCompound && Split(words[i]) is var (first, second))
            {
                words[i] = second;
                words.Insert(i++, first);
                isForeign = true;
            }
        }

        if (isForeign)
        {
            words.RemoveAll(Joiners.Contains);
        }
    }

    /// <summary>Germanic languages write two words as one, with an <c>s</c> between them at times: <c>trainingsverlust</c>.</summary>
    private static (string First, string Second)? Split(string word)
    {
        for (int i = 3; i + 3 < word.Length; i++)
        {
            if (Alphabetic.TryGetValue(word[i..], out string? second))
            {
                string first = word[..i];
                string bare = first.EndsWith('s') ? first[..^1] : first;
                first = Alphabetic.GetValueOrDefault(first) ?? Alphabetic.GetValueOrDefault(bare) ?? bare;
                return RoleLexicon.PhaseOf(first) != ColumnPhase.Unknown ? (first, second) : null;
            }
        }

        return null;
    }

    /// <summary>Puts the words of a name that are known into English, with spaces around them.</summary>
    public static string Translate(string name)
    {
        if (!name.AsSpan().ContainsAnyInRange(FirstIdeograph, char.MaxValue))
        {
            return name;
        }

        var text = new StringBuilder(name);
        foreach (var (word, english) in Glossary)
        {
            text.Replace(word, $" {english} ");
        }

        return text.ToString();
    }

    /// <summary>Puts what is counted before its number in a line, as English does: <c>第 3 轮</c> becomes <c>轮 3</c>.</summary>
    public static string PutOrdinalsLast(string line) => line.Contains('第') ? Ordinal().Replace(line, " $2 $1 ") : line;

    [GeneratedRegex(@"第\s*(\d+(?:\s*/\s*\d+)?)\s*[个個]?\s*(轮次?|周期|epoch|エポック|步)", RegexOptions.IgnoreCase)]
    private static partial Regex Ordinal();
}
