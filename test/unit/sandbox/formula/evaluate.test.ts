import { describe, expect, test } from 'vitest';
import { BIKE, calculate, IDS } from './world.ts';

const text = (source: string): unknown => calculate(source);
const number = (source: string, scale = 2): unknown => calculate(source, { type: 'double', scale });
const yes = (source: string): unknown => calculate(source, { type: 'boolean' });

describe('numbers', () => {
  test.each<[string, number | null]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-2 + 5', 3],
    ['7 / 2', 3.5],
    ['2 ^ 10', 1024],
    ['-2 ^ 2', 4],
    ['1 / 0', null],
    ['0.1 + 0.2', 0.3],
    ['ABS(-4.5)', 4.5],
    ['CEILING(2.5)', 3],
    ['CEILING(-2.5)', -3],
    ['FLOOR(2.5)', 2],
    ['FLOOR(-2.5)', -2],
    ['MCEILING(-2.5)', -2],
    ['MFLOOR(-2.5)', -3],
    ['ROUND(1.5, 0)', 2],
    ['ROUND(1.2345, 0)', 1],
    ['ROUND(-1.5, 0)', -2],
    ['ROUND(225.49823, 2)', 225.5],
    ['ROUND(1234.5, -2)', 1200],
    ['TRUNC(-8.569, 1)', -8.5],
    ['MAX(3, 7, 5)', 7],
    ['MIN(3, 7, 5)', 3],
    ['MOD(3, 3)', 0],
    ['MOD(4, 3)', 1],
    ['MOD(123, 100)', 23],
    ['SQRT(9)', 3],
    ['SQRT(-1)', null],
    ['EXP(0)', 1],
    ['LN(1)', 0],
    ['LOG(1000)', 3],
    ['VALUE("12.5")', 12.5],
    ['VALUE("abc")', null],
    ['LEN("Salesforce")', 10],
    ['FIND("b", "abcb")', 2],
    ['FIND("b", "abcb", 3)', 4],
    ['FIND("x", "abc")', 0],
    ['CASE(Kind__c, "City", 1, "Mountain", 2, 3)', 1],
    ['CASE(Kind__c, "Mountain", 2, 3)', 3],
    [
      'ROUND(DISTANCE(GEOLOCATION(37.7749, -122.4194), GEOLOCATION(34.0522, -118.2437), "km"), 0)',
      559,
    ],
  ])('%s is %s', (source, expected) => {
    expect(number(source)).toBe(expected);
  });

  test('are rounded half up to the places of the field', () => {
    expect(number('1.005')).toBe(1.01);
    expect(number('2.675')).toBe(2.68);
    expect(number('-1.005')).toBe(-1.01);
    expect(number('10 / 3', 4)).toBe(3.3333);
    expect(number('10 / 4', 0)).toBe(3);
  });

  test('of more than 18 digits are none', () => {
    expect(number('10 ^ 17', 0)).toBe(1e17);
    expect(number('10 ^ 18', 0)).toBeNull();
  });

  test('that are percentages count as what they stand for', () => {
    expect(number('Price__c * Share__c')).toBe(499.99);
    expect(calculate('Share__c / 2', { type: 'percent' })).toBe(12.5);
  });
});

describe('texts', () => {
  test.each<[string, string | null]>([
    ['"a" & "b"', 'ab'],
    ['"a" + "b"', 'ab'],
    ["'it\\'s'", "it's"],
    ['LEFT("abcdef", 2)', 'ab'],
    ['RIGHT("abcdef", 2)', 'ef'],
    ['MID("abcdef", 2, 3)', 'bcd'],
    ['LOWER("ABC")', 'abc'],
    ['UPPER("abc")', 'ABC'],
    ['TRIM("  a b ")', 'a b'],
    ['SUBSTITUTE("a-b-c", "-", "+")', 'a+b+c'],
    ['LPAD("7", 3, "0")', '007'],
    ['LPAD("abcd", 3, "0")', 'abc'],
    ['RPAD("7", 3, "*")', '7**'],
    ['"a" & BR() & "b"', 'a<br>b'],
    ['TEXT(1234.50)', '1234.5'],
    ['TEXT(Day__c)', '2024-01-31'],
    ['TEXT(At__c)', '2024-01-31 18:30:15Z'],
    ['TEXT(Kind__c)', 'City'],
    ['IF(Price__c > 1000, "dear", "cheap")', 'dear'],
    ['BLANKVALUE("", "none")', 'none'],
    ['NULLVALUE(Name, "none")', 'Electra'],
    ['Account.Name', 'Acme'],
    ['account.owner.name', 'Ada'],
    ['Account.Owner:User.Name', 'Ada'],
    ['$Organization.Name', 'Bikes Ltd'],
    ['Id', IDS.bike.slice(0, 15)],
    ['CASESAFEID(Id)', 'a00000000000001AAA'],
    [
      'HYPERLINK("/" & Id, Name)',
      `<a href="/${IDS.bike.slice(0, 15)}" target="_blank">Electra</a>`,
    ],
    ['HYPERLINK("/x", "y", "_self")', '<a href="/x" target="_self">y</a>'],
    ['IMAGE("/s.gif", "red")', '<img src="/s.gif" alt="red" border="0"/>'],
    [
      'IMAGE("/s.gif", "red", 30, 20)',
      '<img src="/s.gif" alt="red" style="height:30px; width:20px;" border="0"/>',
    ],
    ['/* why */ "a"', 'a'],
    ['INITCAP("ada LOVELACE")', 'Ada Lovelace'],
    ['REVERSE("abc")', 'cba'],
    ['""', null],
  ])('%s is %s', (source, expected) => {
    expect(text(source)).toBe(expected);
  });
});

describe('conditions', () => {
  test.each<[string, boolean]>([
    ['AND(TRUE, 1 < 2)', true],
    ['AND(TRUE, FALSE)', false],
    ['OR(FALSE, 2 >= 2)', true],
    ['NOT(FALSE)', true],
    ['NOT FALSE', true],
    ['!TRUE', false],
    ['TRUE && FALSE || TRUE', true],
    ['1 = 1.0', true],
    ['1 == 2', false],
    ['"a" <> "b"', true],
    ['"a" != "A"', true],
    ['0.1 + 0.2 = 0.3', true],
    ['ISBLANK(Count__c)', true],
    ['ISBLANK("")', true],
    ['ISNULL(Count__c)', true],
    ['ISPICKVAL(Kind__c, "City")', true],
    ['ISPICKVAL(Kind__c, "")', false],
    ['INCLUDES(Tags__c, "fast")', true],
    ['INCLUDES(Tags__c, "fas")', false],
    ['CONTAINS("abc", "b")', true],
    ['BEGINS("abc", "ab")', true],
    ['REGEX("555-1234", "[0-9]{3}-[0-9]{4}")', true],
    ['REGEX("x555-1234", "[0-9]{3}-[0-9]{4}")', false],
    ['ISNUMBER("12.3")', true],
    ['ISNUMBER("12a")', false],
    ['Sold__c', false],
    ['Day__c < TODAY()', true],
    ['Count__c > 1', false],
    ['Count__c < 1', false],
    ['ISNEW()', true],
  ])('%s is %s', (source, expected) => {
    expect(yes(source)).toBe(expected);
  });
});

describe('dates and times', () => {
  const day = (source: string): unknown => calculate(source, { type: 'date' });
  test.each<[string, string | null]>([
    ['TODAY()', '2026-11-24'],
    ['TODAY() + 7', '2026-12-01'],
    ['DATE(2024, 2, 29)', '2024-02-29'],
    ['DATE(2023, 2, 29)', null],
    ['DATEVALUE("2024-02-01")', '2024-02-01'],
    ['DATEVALUE(At__c)', '2024-01-31'],
    ['ADDMONTHS(Day__c, 1)', '2024-02-29'],
    ['ADDMONTHS(DATE(2024, 2, 29), 1)', '2024-03-31'],
    ['ADDMONTHS(DATE(2024, 1, 15), -2)', '2023-11-15'],
  ])('%s is %s', (source, expected) => {
    expect(day(source)).toBe(expected);
  });

  test.each<[string, number]>([
    ['YEAR(Day__c)', 2024],
    ['MONTH(Day__c)', 1],
    ['DAY(Day__c)', 31],
    ['WEEKDAY(Day__c)', 4],
    ['DAYOFYEAR(DATE(2024, 12, 31))', 366],
    ['TODAY() - Day__c', 1028],
    ['(NOW() - DATETIMEVALUE("2026-11-23 21:00:00")) * 24', 12],
    ['HOUR(TIMEVALUE("17:30:45.125"))', 17],
    ['MINUTE(TIMEVALUE(At__c))', 30],
    ['SECOND(TIMEVALUE(At__c))', 15],
    ['MILLISECOND(TIMEVALUE("17:30:45.125"))', 125],
    ['TIMEVALUE("09:00:00") - Opens__c', 3_600_000],
  ])('%s is %s', (source, expected) => {
    expect(number(source)).toBe(expected);
  });

  test('keep their types', () => {
    expect(calculate('NOW()', { type: 'datetime' })).toBe(Date.UTC(2026, 10, 24, 9));
    expect(calculate('At__c + 0.5', { type: 'datetime' })).toBe(Date.UTC(2024, 1, 1, 6, 30, 15));
    expect(calculate('Opens__c + 90000', { type: 'time' })).toBe(8 * 3_600_000 + 90_000);
  });
});

test('an empty number is 0 where blanks are treated so, else nothing', () => {
  expect(calculate('Count__c + 1', { type: 'double', blankAsZero: true })).toBe(1);
  expect(calculate('Count__c + 1', { type: 'double' })).toBeNull();
  expect(calculate('Count__c', { type: 'double', blankAsZero: true })).toBe(0);
  expect(calculate('ISBLANK(Count__c)', { type: 'boolean', blankAsZero: true })).toBe(false);
});

test('a parent that is not there has nothing', () => {
  const record = { ...BIKE, AccountId: null };
  expect(calculate('Account.Name', { record })).toBeNull();
  expect(calculate('Account.Owner.Name & "!"', { record })).toBe('!');
});

test('what changed is known where something is written', () => {
  const before = { ...BIKE, Price__c: 1500 };
  expect(calculate('ISCHANGED(Price__c)', { type: 'boolean', before })).toBe(true);
  expect(calculate('ISCHANGED(Name)', { type: 'boolean', before })).toBe(false);
  expect(calculate('PRIORVALUE(Price__c)', { type: 'double', before })).toBe(1500);
  expect(calculate('ISNEW()', { type: 'boolean', before })).toBe(false);
  expect(calculate('PRIORVALUE(Price__c)', { type: 'double' })).toBe(1999.95);
});

test('global names are read: the writer, custom metadata, the org wide custom setting', () => {
  expect(calculate('$User.Name & $Profile.Name', { hasUser: true })).toBe('AdaSales');
  expect(calculate('$CustomMetadata.Rate__mdt.Normal.Value__c', { type: 'double' })).toBe(7.7);
  expect(calculate('$Setup.Shop__c.Limit__c', { type: 'double' })).toBe(9);
  expect(calculate('$Permission.Bypass || FALSE', { type: 'boolean' })).toBe(false);
});

test.each([
  ['VLOOKUP("a", "b")', 'the function VLOOKUP is not supported'],
  ['PREDICT("a")', 'the function PREDICT is not supported'],
  ['GETSESSIONID()', 'the function GETSESSIONID is not supported'],
  ['Nowhere__c', 'Bike__c has no field Nowhere__c'],
  ['Account.Nowhere__c', 'Account has no field Nowhere__c'],
  ['$User.Name', '$User.Name is not supported'],
  ['$Label.Hello', '$Label.Hello is not supported'],
  ['LEFT("a")', 'LEFT has the wrong number of arguments'],
  ['IF(TRUE, 1)', 'IF has the wrong number of arguments'],
  ['ISCHANGED(Account.Name)', 'ISCHANGED takes a field of the record'],
  ['1 +', 'unexpected the end at character 4'],
  ['(1', 'unexpected the end at character 3'],
  ['1 2', 'unexpected "2" at character 3'],
  ['"a', "the text that begins at character 1 doesn't end"],
  ['a..b', '"a..b" is no field'],
  ['1 ? 2', 'unexpected "?" at character 3'],
])('%s is refused', (source, message) => {
  expect(() => calculate(source)).toThrow(message);
});
